"""No small count can be worked out of what is published. The attacker here tries all tables; it shares no code."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from tumorprofil.errors import TumorprofilError
from tumorprofil.quality.attack import Relation, attack
from tumorprofil.quality.disclosure import DisclosureError, differences, suppress

Cell = str | tuple[object, ...]
Counts = dict[Cell, int]
Relations = list[Relation[Cell]]
Table = tuple[Counts, Relations]

THRESHOLDS = [2, 3, 5]
MOST_TABLES = 40_000


# The attacker


def all_tables(
    counts: Mapping[Cell, int], floors: Mapping[Cell, int], relations: Sequence[Relation[Cell]], room: int
) -> dict[Cell, np.ndarray]:
    """Every table that agrees with the published counts; `floors` are the unknown cells and the least each can be.

    No cell is tried beyond `room` above its count, so what varies here varies in truth.
    """
    wholes = {relation.whole for relation in relations}
    leaves = [key for key in counts if key not in wholes]
    tables: dict[Cell, np.ndarray] = {}
    rows = 1
    for leaf in leaves:
        values = np.arange(floors[leaf], counts[leaf] + room + 1) if leaf in floors else np.array([counts[leaf]])
        tables = {key: np.repeat(column, len(values)) for key, column in tables.items()}
        tables[leaf] = np.tile(values, rows)
        keep = np.ones(len(tables[leaf]), dtype=bool)
        for relation in relations:
            done = [part for part in relation.parts if part in tables]
            if leaf in done and relation.whole not in floors:
                total = sum(tables[part] for part in done)
                whole = counts[relation.whole]
                keep &= total == whole if len(done) == len(relation.parts) else total <= whole
        tables = {key: column[keep] for key, column in tables.items()}
        rows = int(keep.sum())
        if rows > MOST_TABLES:
            reject()  # too many to try
    waiting = list(relations)
    while waiting:
        relation = next(one for one in waiting if all(part in tables for part in one.parts))
        waiting.remove(relation)
        total = sum((tables[part] for part in relation.parts), np.zeros(rows, dtype=int))
        known = tables.get(relation.whole, total if relation.whole in floors else counts[relation.whole])
        keep = (total == known) & (total >= floors.get(relation.whole, 0))
        tables = {key: column[keep] for key, column in (tables | {relation.whole: total}).items()}
        rows = int(keep.sum())
    return tables


def linked(start: Cell, unknown: Collection[Cell], relations: Sequence[Relation[Cell]]) -> set[Cell]:
    """The unknown cells that relations link to this one."""
    found, new = {start}, {start}
    while new:
        new = {
            key
            for relation in relations
            if found & {relation.whole, *relation.parts}
            for key in (relation.whole, *relation.parts)
            if key in unknown
        } - found
        found |= new
    return found


def floors_of(
    counts: Mapping[Cell, int], out: Collection[Cell], hidden: Collection[Cell], relations: Sequence[Relation[Cell]]
) -> dict[Cell, int]:
    """What the attacker knows beforehand: suppressed cells are at least 1 where no zero had to be suppressed."""
    unknown = {*out, *hidden}
    zeros = {key for zero in out if counts[zero] == 0 for key in linked(zero, unknown, relations)}
    return {key: 0 if key in hidden or key in zeros else 1 for key in unknown}


def assert_safe(
    counts: Mapping[Cell, int],
    relations: Sequence[Relation[Cell]],
    threshold: int,
    out: Collection[Cell],
    *,
    hidden: Collection[Cell] = (),
    published: Collection[Cell] = (),
    sensitive: Collection[Cell] = (),
) -> None:
    small = {key for key, count in counts.items() if 0 < count < threshold or key in sensitive} - set(published)
    assert small <= {*out, *hidden}
    floors = floors_of(counts, out, hidden, relations)
    tables = all_tables(counts, floors, relations, room=2 * threshold)
    seen = {key: (int(column.min()), int(column.max())) for key, column in tables.items()}
    for key in small | set(out):
        assert seen[key][0] < seen[key][1], f"{key} is told exactly"
    if not published:
        for key in small:
            low, high = seen[key]
            assert high - low + 1 >= threshold, f"{key} is told to {low}..{high}"
            assert high >= threshold, f"{key} is told to be small"
        for relation in relations:
            unknown = [part for part in relation.parts if part in floors]
            together = sum((tables[part] for part in unknown), np.zeros(1, dtype=int))
            assert len(set(together.tolist())) > 1 or not 0 < together[0] < threshold, f"{unknown} together are told"


# The tables


def added_up(leaves: Mapping[Cell, int], relations: Sequence[Relation[Cell]]) -> Table:
    counts = dict(leaves)
    for relation in relations:
        counts[relation.whole] = sum(counts[part] for part in relation.parts)
    return counts, list(relations)


def row(*numbers: int) -> Table:
    parts: tuple[Cell, ...] = tuple(("cell", place) for place in range(len(numbers)))
    return added_up(dict(zip(parts, numbers, strict=True)), [Relation("all", parts)])


def crossed(shape: Sequence[int], numbers: Sequence[int]) -> Table:
    """A table by as many categories as `shape` is long, with all its margins."""
    axes = [range(size) for size in shape]
    leaves: Counts = dict(zip(product(*axes), numbers, strict=False))
    relations: Relations = []
    for axis, size in enumerate(shape):
        # Summed over one axis after another: those summed earlier already have their margin.
        others = [[*others, "all"] if at < axis else [*others] for at, others in enumerate(axes)]
        for key in product(*others[:axis], *others[axis + 1 :]):
            whole, *parts = ((*key[:axis], value, *key[axis:]) for value in ("all", *range(size)))
            relations.append(Relation(whole, tuple(parts)))
    counts, relations = added_up(leaves, relations)
    return counts, relations


def nested(regions: Sequence[Sequence[int]]) -> Table:
    """Country, regions, hospitals."""
    leaves = {("hospital", at, place): count for at, region in enumerate(regions) for place, count in enumerate(region)}
    relations: Relations = [
        Relation(("region", at), tuple(("hospital", at, place) for place in range(len(region))))
        for at, region in enumerate(regions)
    ]
    return added_up(leaves, [*relations, Relation("country", tuple(one.whole for one in relations))])


def numbers(length: int, most: int = 9) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 3) | st.integers(0, most), min_size=length, max_size=length)


rows = st.integers(2, 6).flatmap(numbers).map(lambda counts: row(*counts))
two_way = st.sampled_from([(2, 2), (2, 3), (3, 3)]).flatmap(
    lambda shape: numbers(shape[0] * shape[1]).map(lambda counts: crossed(shape, counts))
)
three_way = numbers(8, most=6).map(lambda counts: crossed((2, 2, 2), counts))
hierarchies = st.lists(st.integers(1, 3).flatmap(numbers), min_size=1, max_size=3).map(nested)


@st.composite
def linked_tables(draw: st.DrawFn) -> Table:
    """Regions by sex and the same regions by age: two tables that share a margin."""
    counts: Counts = {}
    relations: Relations = []
    regions = draw(st.integers(1, 2))
    for region in range(regions):
        women, men, young = draw(st.integers(0, 6)), draw(st.integers(0, 6)), draw(st.integers(0, 6))
        young = min(young, women + men)
        counts |= {(region, "women"): women, (region, "men"): men, (region, "all"): women + men}
        counts |= {(region, "young"): young, (region, "old"): women + men - young}
        relations.append(Relation((region, "all"), ((region, "women"), (region, "men"))))
        relations.append(Relation((region, "all"), ((region, "young"), (region, "old"))))
    for group in ("women", "men", "young", "old", "all"):
        counts["country", group] = sum(counts[region, group] for region in range(regions))
        relations.append(Relation(("country", group), tuple((region, group) for region in range(regions))))
    return counts, relations


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize(
    "shape", [rows, two_way, three_way, hierarchies, linked_tables()], ids=["row", "two", "three", "nested", "linked"]
)
@given(data=st.data())
def test_no_small_count_can_be_worked_out(shape: st.SearchStrategy[Table], threshold: int, data: st.DataObject) -> None:
    counts, relations = data.draw(shape)
    out = suppress(counts, relations, threshold)
    assert not [key for key in out if counts[key] == 0], "zeros stay published"
    assert_safe(counts, relations, threshold, out)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@given(table=st.one_of(rows, two_way, hierarchies), data=st.data())
def test_no_small_hidden_count_can_be_worked_out(threshold: int, table: Table, data: st.DataObject) -> None:
    counts, relations = table
    hidden = data.draw(st.sets(st.sampled_from(sorted(counts, key=repr)), max_size=3))
    out = suppress(counts, relations, threshold, hidden=hidden)
    assert not out & hidden
    assert_safe(counts, relations, threshold, out, hidden=hidden)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@given(table=st.one_of(rows, two_way, hierarchies), data=st.data())
def test_no_sensitive_count_can_be_worked_out(threshold: int, table: Table, data: st.DataObject) -> None:
    counts, relations = table
    sensitive = data.draw(st.sets(st.sampled_from([key for key in counts if counts[key]] or ["all"]), max_size=2))
    sensitive &= counts.keys()
    out = suppress(counts, relations, threshold, sensitive=sensitive)
    assert sensitive <= out
    assert_safe(counts, relations, threshold, out, sensitive=sensitive)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@given(table=st.one_of(rows, two_way, hierarchies, linked_tables()), data=st.data())
def test_what_was_published_earlier_is_reckoned_with(threshold: int, table: Table, data: st.DataObject) -> None:
    counts, relations = table
    published = data.draw(st.sets(st.sampled_from(sorted(counts, key=repr)), max_size=4))
    small = {key for key, count in counts.items() if 0 < count < threshold} - published
    try:
        out = suppress(counts, relations, threshold, published=published)
    except DisclosureError:
        everything = {key: min(1, counts[key]) for key in counts.keys() - published}
        tables = all_tables(counts, everything, relations, room=threshold)
        assert any(len(set(tables[key].tolist())) == 1 for key in small), "refused without need"
    else:
        assert not out & published
        assert_safe(counts, relations, threshold, out, published=published)


@given(st.one_of(two_way, hierarchies, linked_tables()), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_relations_does_not_matter(table: Table, chance: object) -> None:
    counts, relations = table
    cells, turned = list(counts.items()), [Relation(one.whole, one.parts[::-1]) for one in relations]
    chance.shuffle(cells)  # type: ignore[attr-defined]
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert suppress(dict(cells), turned, 3) == suppress(counts, relations, 3)


@given(st.one_of(rows, two_way, hierarchies))
def test_each_secondary_cell_is_needed(table: Table) -> None:
    counts, relations = table
    out = suppress(counts, relations, 3)
    for key in out:
        if counts[key] >= 3:
            with pytest.raises(AssertionError):
                assert_safe(counts, relations, 3, out - {key})


# What an attacker can work out


@pytest.mark.parametrize("floor", [0, 1])
@given(table=st.one_of(rows, two_way, three_way, hierarchies, linked_tables()), data=st.data())
def test_attack_finds_what_trying_all_tables_finds(floor: int, table: Table, data: st.DataObject) -> None:
    counts, relations = table
    tops = {one.whole for one in relations} - {part for one in relations for part in one.parts}
    unknown = data.draw(st.sets(st.sampled_from(sorted(counts.keys() - tops, key=repr)), min_size=1))
    floors = {key: min(floor, counts[key]) for key in unknown}
    found = attack({key: counts[key] for key in counts.keys() - unknown}, unknown, relations, at_least=floors)
    tables = all_tables(counts, floors, relations, room=max(counts.values()))
    assert found == {key: (tables[key].min(), tables[key].max()) for key in unknown}


def test_attack_says_none_where_nothing_bounds_a_cell() -> None:
    relation = Relation("all", ("a", "b"))
    assert attack({"b": 5}, ["a", "all"], [relation]) == {"a": (0, None), "all": (5, None)}


def test_attack_says_none_in_a_table_without_margins() -> None:
    counts, relations = crossed((2, 2), [1, 2, 3, 4])
    leaves = {key: count for key, count in counts.items() if "all" not in key}
    assert set(attack({}, counts, relations).values()) == {(0, None)}
    assert attack(leaves, counts.keys() - leaves.keys(), relations)["all", "all"] == (10, 10)


def test_attack_knows_that_counts_are_whole() -> None:
    # As fractions each cell could be anything from 0 to 1/2; as whole numbers all but one table are excluded.
    relations = [Relation("ab", ("a", "b")), Relation("bc", ("b", "c")), Relation("ac", ("a", "c"))]
    found = attack({"ab": 1, "bc": 1, "ac": 2}, ["a", "b", "c"], relations)
    assert found == {"a": (1, 1), "b": (0, 0), "c": (1, 1)}


def test_attack_takes_a_published_count_for_known() -> None:
    assert attack({"all": 5, "a": 2}, ["a", "b"], [Relation("all", ("a", "b"))]) == {"a": (2, 2), "b": (3, 3)}


@pytest.mark.parametrize(
    ("published", "unknown"), [({"all": 1, "a": 2}, ["b"]), ({"all": 1, "a": 2, "b": 0}, []), ({"all": 0}, ["a", "b"])]
)
def test_attack_refuses_counts_that_no_table_has(published: dict[str, int], unknown: list[str]) -> None:
    with pytest.raises(ValueError, match="No table agrees"):
        attack(published, unknown, [Relation("all", ("a", "b"))], at_least=1)


def test_attack_refuses_odd_sums_around_a_ring() -> None:
    ring = [Relation(whole, parts) for whole, parts in zip("xyz", pairwise("abca"), strict=True)]
    with pytest.raises(ValueError, match="No table agrees"):
        attack({"x": 3, "y": 3, "z": 3}, "abc", ring)


# Named cases


def test_one_small_cell_takes_a_second_with_it() -> None:
    counts, relations = row(1, 9, 20)
    assert suppress(counts, relations, 3) == {("cell", 0), ("cell", 1)}


def test_two_ones_that_make_a_published_two_need_a_third() -> None:
    counts, relations = row(1, 1, 10)
    assert suppress(counts, relations, 3) == {("cell", 0), ("cell", 1), ("cell", 2)}


def test_two_ones_take_their_total_with_them() -> None:
    counts, relations = row(1, 1)
    assert suppress(counts, relations, 2) == {("cell", 0), ("cell", 1), "all"}


def test_a_pair_that_hides_itself_needs_nothing_more() -> None:
    counts, relations = row(2, 2, 10)
    assert suppress(counts, relations, 3) == {("cell", 0), ("cell", 1)}


def test_a_small_cell_in_a_crossed_table_needs_the_rectangle() -> None:
    counts, relations = crossed((2, 2), [1, 20, 30, 40])
    assert suppress(counts, relations, 3) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_of_two_rectangles_the_one_with_fewer_people_goes() -> None:
    counts, relations = crossed((2, 3), [1, 20, 9, 30, 40, 8])
    assert suppress(counts, relations, 3) == {(0, 0), (0, 2), (1, 0), (1, 2)}


def test_a_hidden_complement_is_protected() -> None:
    counts = {"filtered": 30, "treated": 28, "not treated": 2}
    relations = [Relation("filtered", ("treated", "not treated"))]
    assert suppress(counts, relations, 5, hidden=["not treated"]) == {"treated"}


def test_a_large_hidden_complement_may_be_worked_out() -> None:
    counts = {"filtered": 30, "treated": 20, "not treated": 10}
    assert not suppress(counts, [Relation("filtered", ("treated", "not treated"))], 5, hidden=["not treated"])


def test_margins_published_earlier_are_never_suppressed() -> None:
    counts, relations = crossed((2, 2), [1, 20, 30, 40])
    margins = [key for key in counts if "all" in key]
    assert suppress(counts, relations, 3, published=margins) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_zero_goes_where_nothing_else_is_left() -> None:
    counts, relations = row(1, 0)
    assert suppress(counts, relations, 3, published=["all"]) == {("cell", 0), ("cell", 1)}


def test_a_zero_stays_where_a_total_can_go() -> None:
    counts, relations = row(1, 0)
    assert suppress(counts, relations, 3) == {("cell", 0), "all"}


def test_a_cell_that_follows_from_an_earlier_table_is_refused() -> None:
    counts, relations = row(1, 9)
    with pytest.raises(DisclosureError, match=r"Cell .*0.* must stay unpublished") as refusal:
        suppress(counts, relations, 3, published=["all", ("cell", 1)])
    assert isinstance(refusal.value, TumorprofilError)
    assert "\n" not in str(refusal.value)


def test_two_ones_under_an_earlier_two_are_refused() -> None:
    counts, relations = row(1, 1)
    with pytest.raises(DisclosureError):
        suppress(counts, relations, 3, published=["all"])


def test_a_small_count_that_is_out_already_is_past_help() -> None:
    counts, relations = row(2, 9, 9)
    assert not suppress(counts, relations, 3, published=[("cell", 0)])


def test_the_movers_between_two_settings_are_found() -> None:
    earlier = {"a": 10, "b": 10, "c": 10, "d": 10, "gone": 3}
    new = {"a": 10, "b": 11, "c": 6, "d": 15, "come": 1}
    assert differences(new, earlier, 5) == {"b", "c"}
    assert differences(new, earlier, 4) == {"b"}


def test_a_count_that_tells_the_movers_is_suppressed() -> None:
    counts, relations = row(30, 40, 50)
    moved = differences(counts, {("cell", 1): 41}, 3)
    assert suppress(counts, relations, 3, sensitive=moved) == {("cell", 0), ("cell", 1)}


def test_a_sensitive_zero_is_suppressed() -> None:
    counts, relations = row(0, 9, 20)
    out = suppress(counts, relations, 3, sensitive=[("cell", 0)])
    assert out == {("cell", 0), ("cell", 1)}
    assert attack({key: counts[key] for key in counts if key not in out}, out, relations)["cell", 0] == (0, 9)


def test_zeros_stay_published() -> None:
    counts, relations = row(0, 1, 0, 9, 20)
    assert suppress(counts, relations, 3) == {("cell", 1), ("cell", 3)}


@pytest.mark.parametrize("threshold", [0, 1])
def test_without_a_threshold_nothing_is_suppressed(threshold: int) -> None:
    assert not suppress(*row(1, 2, 3), threshold)


def test_where_nothing_is_small_nothing_is_suppressed() -> None:
    assert not suppress(*row(5, 0, 7), 5)


def test_a_count_at_the_threshold_is_not_small() -> None:
    assert not suppress(*row(3, 30), 3)
    assert suppress(*row(2, 30), 3)


def test_a_threshold_above_everything_leaves_only_zeros() -> None:
    counts, relations = crossed((2, 3), [1, 20, 0, 30, 40, 8])
    assert suppress(counts, relations, 1000) == {key for key, count in counts.items() if count}


def test_a_cell_without_relations_goes_alone() -> None:
    assert suppress({"a": 1, "b": 7}, [], 3) == {"a"}


def test_an_empty_table_is_published_whole() -> None:
    assert suppress({}, [], 3) == frozenset()


@pytest.mark.parametrize(
    ("counts", "relations"),
    [
        ({"a": 1, "b": 2, "all": 4}, [Relation("all", ("a", "b"))]),
        ({"a": -1, "b": 2, "all": 1}, [Relation("all", ("a", "b"))]),
    ],
)
def test_counts_that_do_not_add_up_are_refused(counts: dict[str, int], relations: list[Relation[str]]) -> None:
    with pytest.raises(ValueError, match="not the sum of its parts"):
        suppress(counts, relations, 3)


def test_a_relation_of_a_cell_without_a_count_is_refused() -> None:
    with pytest.raises(ValueError, match="names b"):
        suppress({"a": 1, "all": 1}, [Relation("all", ("a", "b"))], 3)


@pytest.mark.parametrize("role", ["hidden", "published", "sensitive"])
def test_a_role_for_a_cell_without_a_count_is_refused(role: str) -> None:
    with pytest.raises(ValueError, match="A count is missing"):
        suppress({"a": 1}, [], 3, **{role: ["b"]})


def by_sex_and_age(women: int, men: int, young: int, old: int) -> Table:
    """Two tables of one region that share its total."""
    counts: Counts = {"women": women, "men": men, "young": young, "old": old, "all": women + men}
    return counts, [Relation("all", ("women", "men")), Relation("all", ("young", "old"))]


def test_a_zero_that_had_to_go_elsewhere_is_no_help() -> None:
    # Were suppressed cells thought to be 0 or more everywhere, the two ones would seem safe. Nobody believes that.
    counts, relations = by_sex_and_age(1, 1, 2, 0)
    with pytest.raises(DisclosureError):
        suppress(counts, relations, 5, published=["all"])


def test_cells_linked_to_a_zero_that_had_to_go_stay_uncertain() -> None:
    first, relations = by_sex_and_age(2, 2, 0, 4)
    second, _ = by_sex_and_age(2, 1, 0, 3)
    counts: Counts = {("first", key): count for key, count in first.items()}
    counts |= {("second", key): count for key, count in second.items()}
    counts |= {key: first[key] + second[key] for key in first}
    links = [Relation((at, one.whole), tuple((at, part) for part in one.parts)) for at in ("first", "second")
             for one in relations]  # fmt: skip
    links += [Relation(key, (("first", key), ("second", key))) for key in first]
    published = ["all", ("first", "all"), ("second", "all")]
    out = suppress(counts, links, 4, published=published)
    assert {("second", "young"), ("second", "old")} <= out
    assert_safe(counts, links, 4, out, published=published)

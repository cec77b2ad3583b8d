"""Make the examples that ship in src/tumorprofil/examples. Run: python tools/make_examples.py [COLO829.vcf.gz]

Everything in `lung` and `registry` is invented: no line describes a person, the names begin with SYNT, and centres
are dealt out by turns. Known alterations stand at their true GRCh37 places (CIViC, CC0) so that evidence meets
them; the passengers beside them are drawn at random. `melanoma` is an extract of a published cell line, made
again only where its source file is given.
"""

import gzip
import random
import sys
from collections.abc import Iterator
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "src" / "tumorprofil" / "examples"

SMALL = ("Gene", "Chromosome", "Genomic Position", "Reference Call", "Alternative Call", "Allele Frequency", "Depth",
         "P-Dot Notation", "C-Dot Notation", "Consequence(s)", "Affected Exon(s)")
SPLICE = ("Gene", "Affected Exon", "Breakpoint 1", "Breakpoint 2", "Splice Supporting Reads",
          "Reference Reads Transcript")
FUSION = ("Gene Pair", "Breakpoint 1", "Breakpoint 2", "Fusion Supporting Reads", "Gene 1 Reference Reads",
          "Gene 2 Reference Reads")
WIDTH = len(SMALL)
Cells = tuple[str, ...]


def report(pair: str, *, dna: bool, rna: bool, tmb: Cells = (), msi: Cells = (), amplified: tuple[Cells, ...] = (),
           splice: tuple[Cells, ...] = (), fusions: tuple[Cells, ...] = (), small: tuple[Cells, ...] = ()) -> str:
    """A CombinedVariantOutput in the layout of TSO500 Local App 2.2."""
    rows: list[Cells] = [
        ("TruSight Oncology 500 - Combined Variant Output",),
        ("SYNTHETIC example. It describes no person.",),
        (),
        ("[Analysis Details]",),
        ("Pair ID", pair),
        ("DNA Sample ID", f"{pair}-DNA" if dna else "NA"),
        ("RNA Sample ID", f"{pair}-RNA" if rna else "NA"),
        ("Output Date", "2026-03-02"),
        ("Output Time", "12:00:00"),
        ("Module Version", "NA"),
        ("Pipeline Version", "ruo-2.2.0.12"),
        (),
        ("[Sequencing Run Details]",),
        ("NA",),
        (),
        ("[TMB]",),
        *keys(("Total TMB", "Coding Region Size in Megabases", "Number of Passing Eligible Variants"), tmb),
        ("[MSI]",),
        *keys(("Usable MSI Sites", "Total MSI Sites Unstable", "Percent Unstable MSI Sites"), msi),
        *table("Gene Amplifications", ("Gene", "Fold Change"), amplified),
        *table("Splice Variants", SPLICE, splice),
        *table("Fusions", FUSION, fusions),
        *table("Small Variants", SMALL, small),
    ]
    return "".join("\t".join((*row, *[""] * (WIDTH - len(row)))) + "\n" for row in rows)


def keys(names: Cells, values: Cells) -> Iterator[Cells]:
    yield from zip(names, values or ("NA",) * len(names), strict=True)
    yield ()


def table(name: str, headings: Cells, rows: tuple[Cells, ...]) -> Iterator[Cells]:
    yield (f"[{name}]",)
    yield headings
    yield from rows or (("NA",),)
    yield ()


def lung() -> dict[str, str]:
    """Three patients with lung adenocarcinoma, one of them in two files, and a no-template control."""
    tp53 = ("TP53", "chr17", "7577120", "C", "T", "0.2871", "801", "NP_000537.3:p.(Arg273His)",
            "NM_000546.5:c.818G>A", "missense_variant", "8/11")
    return {
        "SYNT-0001_DNA_CombinedVariantOutput.tsv": report(
            "SYNT-0001", dna=True, rna=False, tmb=("6.3", "1.28", "8"), msi=("121", "2", "1.65"),
            amplified=(("EGFR", "2.104"), ("MDM2", "3.412")), small=(
                ("NOTCH2", "chr1", "120458435", "A", "T", "0.4982", "612", "", "NM_024408.3:c.*12T>A",
                 "3_prime_UTR_variant", "34/34"),
                ("EGFR", "chr7", "55249063", "G", "A", "0.5103", "933", "NM_005228.4:c.2361G>A(p.(Gln787=))",
                 "NM_005228.4:c.2361G>A", "synonymous_variant", "20/28"),
                ("EGFR", "chr7", "55259515", "T", "G", "0.3412", "847", "NP_005219.2:p.(Leu858Arg)",
                 "NM_005228.4:c.2573T>G", "missense_variant", "21/28"),
                ("", "chr9", "21999999", "C", "T", "0.1033", "404", "", "", "", ""),
                ("BRCA2", "chr13", "32914437", "GT", "G", "0.4898", "588", "NP_000050.2:p.(Ser1982ArgfsTer22)",
                 "NM_000059.3:c.5946del", "frameshift_variant", "11/27"),
                tp53)),
        "SYNT-0001_RNA_CombinedVariantOutput.tsv": report("SYNT-0001", dna=False, rna=True),
        "SYNT-0002_CombinedVariantOutput.tsv": report(
            "SYNT-0002", dna=True, rna=True, tmb=("2.4", "1.26", "3"), msi=("118", "1", "0.85"),
            fusions=(("EML4-ALK", "chr2:42522656", "chr2:29446394", "61", "212", "4"),),
            small=(("CDKN2A", "chr9", "21971120", "G", "A", "0.2214", "515", "NP_000068.1:p.(Arg80Ter)",
                    "NM_000077.4:c.238C>T", "stop_gained", "2/3"),)),
        "SYNT-0003_CombinedVariantOutput.tsv": report(
            "SYNT-0003", dna=False, rna=True,
            splice=(("MET", "14/21", "chr7:116411708", "chr7:116414935", "83", "2"),),
            fusions=(("CD74/NOTCH2;NOTCH2NL", "chr5:149781999", "chr1:120499999", "5", "190", "12"),)),
        "NTC-DNA-1_CombinedVariantOutput.tsv": report(
            "NTC-DNA-1", dna=True, rna=False, msi=("0", "NA", "NA"),
            small=(("KRAS", "chr12", "25398284", "C", "T", "0.0512", "39", "NP_004976.2:p.(Gly12Asp)",
                    "NM_004985.4:c.35G>A", "missense_variant", "2/6"),)),
    }


MAF = ("Hugo_Symbol", "NCBI_Build", "Chromosome", "Start_Position", "End_Position", "Strand",
       "Variant_Classification", "Variant_Type", "Reference_Allele", "Tumor_Seq_Allele1", "Tumor_Seq_Allele2",
       "Tumor_Sample_Barcode", "Matched_Norm_Sample_Barcode", "HGVSc", "HGVSp", "HGVSp_Short", "Transcript_ID",
       "Exon_Number", "t_depth", "t_ref_count", "t_alt_count", "CLIN_SIG", "gnomAD_AF", "FILTER")
# gene, chromosome, start, end, class, reference, alternate, coding, protein, transcript, exon, significance, frequency
KNOWN: dict[str, tuple[Cells, ...]] = {
    "SYNT-RH-0101": (
        ("PIK3CA", "3", "178952085", "178952085", "Missense_Mutation", "A", "G", "c.3140A>G", "p.H1047R",
         "ENST00000263967", "21/21", "pathogenic", ""),
        ("TP53", "17", "7578212", "7578212", "Nonsense_Mutation", "G", "A", "c.637C>T", "p.R213*",
         "ENST00000269305", "6/11", "pathogenic", ""),
    ),
    "SYNT-OUH-0102": (
        ("ESR1", "6", "152419926", "152419926", "Missense_Mutation", "A", "G", "c.1613A>G", "p.D538G",
         "ENST00000206249", "8/8", "likely_pathogenic", ""),
        ("AKT1", "14", "105246551", "105246551", "Missense_Mutation", "C", "T", "c.49G>A", "p.E17K",
         "ENST00000407796", "4/15", "pathogenic", ""),
    ),
    "SYNT-AUH-0103": (
        ("PIK3CA", "3", "178917478", "178917478", "Missense_Mutation", "G", "C", "c.353G>C", "p.G118A",
         "ENST00000263967", "3/21", "uncertain_significance", ""),
        ("TP53", "17", "7579472", "7579472", "Missense_Mutation", "G", "C", "c.215C>G", "p.P72R",
         "ENST00000269305", "4/11", "benign", "0.66"),
    ),
    "SYNT-OUH-0201": (
        ("BRAF", "7", "140453136", "140453136", "Missense_Mutation", "A", "T", "c.1799T>A", "p.V600E",
         "ENST00000288602", "15/18", "pathogenic", ""),
        ("RNF43", "17", "56435161", "56435161", "Frame_Shift_Del", "C", "-", "c.1976del", "p.G659Vfs*41",
         "ENST00000407977", "9/10", "", ""),
    ),
    "SYNT-AUH-0202": (
        ("KRAS", "12", "25398284", "25398284", "Missense_Mutation", "C", "T", "c.35G>A", "p.G12D",
         "ENST00000256078", "2/6", "pathogenic", ""),
        ("BRAF", "7", "140453136", "140453136", "Missense_Mutation", "A", "T", "c.1799T>A", "p.V600E",
         "ENST00000288602", "15/18", "pathogenic", ""),
        ("TP53", "17", "7578406", "7578406", "Missense_Mutation", "C", "T", "c.524G>A", "p.R175H",
         "ENST00000269305", "5/11", "pathogenic", ""),
    ),
    "SYNT-RH-0301": (
        ("KIT", "4", "55593603", "55593608", "In_Frame_Del", "TGGAAG", "-", "c.1669_1674del", "p.WK557del",
         "ENST00000288135", "11/21", "", ""),
    ),
    "SYNT-OUH-0302": (
        ("IDH1", "2", "209113112", "209113112", "Missense_Mutation", "C", "T", "c.395G>A", "p.R132H",
         "ENST00000415913", "4/10", "pathogenic", ""),
        ("TERT", "5", "1295228", "1295228", "5'Flank", "G", "A", "", "", "ENST00000310581", "", "", ""),
    ),
    "SYNT-AUH-0303": (
        ("BRCA2", "13", "32914438", "32914438", "Frame_Shift_Del", "T", "-", "c.5946del", "p.S1982Rfs*22",
         "ENST00000380152", "11/27", "pathogenic", "0.0002"),
        ("PTEN", "10", "89717672", "89717672", "Nonsense_Mutation", "C", "T", "c.697C>T", "p.R233*",
         "ENST00000371953", "7/9", "pathogenic", ""),
    ),
}
COHORTS = {
    "breast.maf": ("SYNT-RH-0101", "SYNT-OUH-0102", "SYNT-AUH-0103"),
    "colorectal.maf": ("SYNT-OUH-0201", "SYNT-AUH-0202"),
    "other.maf": ("SYNT-RH-0301", "SYNT-OUH-0302", "SYNT-AUH-0303"),
}
# Sequenced without a normal sample: what is found may be in the germline.
TUMOUR_ONLY = "SYNT-AUH-0303"
# A call that too few reads support, of an alteration that would have a tier.
TOO_FEW_READS = ("SYNT-AUH-0202", "BRAF")
# Long genes, which collect passengers: chromosome and bounds in GRCh37, roughly.
PASSENGERS = {
    "TTN": ("2", 179391000, 179695000), "MUC16": ("19", 8960000, 9092000), "RYR2": ("1", 237206000, 237997000),
    "CSMD3": ("8", 113236000, 114449000), "LRP1B": ("2", 140989000, 142889000), "SYNE1": ("6", 152443000, 152958000),
    "FAT4": ("4", 126238000, 126414000), "DNAH5": ("5", 13691000, 13944000), "USH2A": ("1", 215797000, 216596000),
}
CLASSES = ("Missense_Mutation", "Missense_Mutation", "Missense_Mutation", "Silent", "Intron", "3'UTR", "Splice_Region")
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"


def registry() -> dict[str, str]:
    """Eight patients of three centres in three MAF files, and their clinical table with Danish headings."""
    chance = random.Random(500)
    return {
        **{name: maf(patients, chance) for name, patients in COHORTS.items()},
        "klinik.csv": "\ufeff" + "".join(";".join(row) + "\r\n" for row in CLINICAL),
    }


def maf(patients: Cells, chance: random.Random) -> str:
    lines = ["#version 2.4", "# SYNTHETIC example. It describes no person.", "\t".join(MAF)]
    for patient in patients:
        rows = [*KNOWN[patient], *(passenger(chance) for _ in range(6))]
        lines += ["\t".join(maf_row(patient, row, chance)) for row in rows]
    return "\n".join(lines) + "\n"


def passenger(chance: random.Random) -> Cells:
    gene = chance.choice(sorted(PASSENGERS))
    chromosome, first, last = PASSENGERS[gene]
    place = str(chance.randint(first, last))
    reference, alternate = chance.sample("ACGT", 2)
    kind = chance.choice(CLASSES)
    residue, other = chance.sample(RESIDUES, 2)
    number = chance.randint(50, 3000)
    protein = {"Missense_Mutation": f"p.{residue}{number}{other}", "Silent": f"p.{residue}{number}="}.get(kind, "")
    coding = f"c.{3 * number}{reference}>{alternate}" if protein else ""
    return (gene, chromosome, place, place, kind, reference, alternate, coding, protein, "", "", "", "")


def maf_row(patient: str, row: Cells, chance: random.Random) -> Cells:
    gene, chromosome, start, end, kind, reference, alternate, coding, protein, transcript, exon, meaning, often = row
    depth = chance.randint(80, 400)
    share = 0.48 if gene == "BRCA2" else chance.uniform(0.08, 0.45)
    reads = 2 if (patient, gene) == TOO_FEW_READS else round(depth * share)
    normal = "" if patient == TUMOUR_ONLY else f"{patient}-N1"
    variant = "SNP" if len(reference) == len(alternate) and "-" not in (reference, alternate) else "DEL"
    return (gene, "GRCh37", chromosome, start, end, "+", kind, variant, reference, reference, alternate,
            f"{patient}-T1", normal, coding, "", protein, transcript, exon, str(depth), str(depth - reads), str(reads),
            meaning, often, "PASS")


CLINICAL: tuple[Cells, ...] = (
    ("Patient-ID", "Køn", "Alder ved diagnose", "Diagnosedato", "SKS-kode", "Histologi", "OncoTree", "Stadie",
     "Sygdomsfase", "ECOG", "Karnofsky", "Dato for PS", "Antal behandlingslinjer", "Profil-ID", "Svardato",
     "MSI-status", "Samtykke DNMTB"),
    ("SYNT-RH-0101", "Kvinde", "58", "14-01-2025", "DC504", "duktalt karcinom", "", "IV", "inkurabel", "1", "",
     "10-02-2026", "2", "SYNT-RH-0101-T1", "24-02-2026", "MSS", "ja"),
    ("SYNT-OUH-0102", "Kvinde", "67", "03-06-2023", "DC509", "lobulært karcinom", "", "IV", "inkurabel", "", "80",
     "02-02-2026", "4", "SYNT-OUH-0102-T1", "17-02-2026", "ikke udført", "ja"),
    ("SYNT-AUH-0103", "Kvinde", "44", "21-09-2025", "DC508", "duktalt karcinom", "", "III", "kurabel", "0", "90",
     "12-01-2026", "1", "SYNT-AUH-0103-T1", "26-01-2026", "MSS", "ikke afklaret"),
    ("SYNT-OUH-0201", "Mand", "71", "11-11-2024", "DC182", "adenokarcinom", "", "IV", "inkurabel", "2", "",
     "20-01-2026", "2", "SYNT-OUH-0201-T1", "03-02-2026", "MSI-H", "ja"),
    ("SYNT-AUH-0202", "Mand", "63", "30-04-2024", "DC187", "adenokarcinom", "", "IV", "inkurabel", "pT3", "",
     "05-03-2026", "3", "SYNT-AUH-0202-T1", "19-03-2026", "MSS", "nej"),
    ("SYNT-RH-0301", "Mand", "55", "08-08-2024", "DC163", "gastrointestinal stromal tumor", "GIST", "IV", "inkurabel",
     "0", "100", "14-01-2026", "1", "SYNT-RH-0301-T1", "28-01-2026", "", "ja"),
    ("SYNT-OUH-0302", "Kvinde", "29", "19-02-2025", "DC711", "oligodendrogliom", "ODG", "", "", "ukendt", "", "", "1",
     "SYNT-OUH-0302-T1", "10-03-2026", "ikke udført", "ja"),
    ("SYNT-AUH-0303", "Mand", "69", "25-05-2022", "DC619", "adenokarcinom", "PRAD", "IV", "inkurabel", "1", "70",
     "02-03-2026", "3", "SYNT-AUH-0303-T1", "16-03-2026", "MSS", "ja"),
)

# Of the consequences a tenth of the silent ones is enough to see that they get no tier.
ALTERING = ("missense", "stop_", "start_lost", "frameshift", "inframe", "splice_acceptor", "splice_donor")
# Third parties' property within the annotation, and what rests on it.
FOREIGN_FIELDS = ("CosmicCoding", "CosmicCoding_AA", "CosmicNonCoding", "FATHMM", "FATHMM_SOMATIC")
KEPT_INFO = ("HighConfidence", "TYPE", "called_by", "num_callers", "CSQ", "TUMOR_VAF")
CHROMOSOMES = tuple(f"chr{name}" for name in (*range(1, 23), "X", "Y"))


def melanoma(source: Path) -> str:
    """Coding records of COLO829 with what belongs to COSMIC and HGMD taken out."""
    with gzip.open(source, "rt", encoding="utf-8") as handle:
        lines = handle.read().splitlines()
    header = [line for line in lines if line.startswith("#")]
    shown = next(line for line in header if line.startswith("##INFO=<ID=CSQ,"))
    names = shown.split("Format: ")[1].rstrip('">').split("|")
    kept = [place for place, name in enumerate(names) if name not in FOREIGN_FIELDS]
    out = [*kept_header(header, [names[place] for place in kept])]
    silent = 0
    for line in lines:
        entry = dict(zip(names, annotation(line), strict=True)) if not line.startswith("#") else {}
        if entry.get("BIOTYPE") != "protein_coding":
            continue
        altering = entry["Consequence"].startswith(ALTERING)
        silent += entry["Consequence"] == "synonymous_variant"
        if altering or (entry["Consequence"] == "synonymous_variant" and silent % 10 == 1):
            out.append(record(line, names, kept))
    return "\n".join(out) + "\n"


def annotation(line: str) -> list[str]:
    info = line.split("\t")[7]
    return next(part for part in info.split(";") if part.startswith("CSQ="))[4:].split("|")


def kept_header(header: list[str], fields: list[str]) -> Iterator[str]:
    for line in header:
        name = line.split("ID=")[1].split(",")[0] if "ID=" in line else ""
        if line.startswith("##INFO=<ID=CSQ"):
            yield (f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
                   f'Format: {"|".join(fields)}">')
        elif line.startswith("##INFO"):
            if name in KEPT_INFO:
                yield line
        elif line.startswith("##contig"):
            if name in CHROMOSOMES:
                yield line
        elif line.startswith(("##fileformat", "##FILTER", "##FORMAT", "#CHROM")):
            yield line
        elif line.startswith("##cmdline"):
            # Nothing else in the file says which sample is the tumour.
            arguments = line.split()
            bams = {role: Path(arguments[arguments.index(role) + 1]).name for role in ("--normalBam", "--tumorBam")}
            named = " ".join(f"{role} {bam}" for role, bam in bams.items())
            yield f"##cmdline=configureStrelkaSomaticWorkflow.py {named}"
        elif line.startswith("##VEP="):
            yield '##VEP="v93" assembly="GRCh38.p12" gencode="GENCODE 28" dbSNP="150" ClinVar="201805" gnomAD="170228"'


def record(line: str, names: list[str], kept: list[int]) -> str:
    cells = line.split("\t")
    values = annotation(line)
    known = names.index("Existing_variation")
    values[known] = "&".join(name for name in values[known].split("&") if name.startswith("rs"))
    cells[2] = values[known].replace("&", ";") or "."
    parts = {part.split("=")[0]: part for part in cells[7].split(";")}
    parts["CSQ"] = "CSQ=" + "|".join(values[place] for place in kept)
    cells[7] = ";".join(parts[name] for name in KEPT_INFO if name in parts)
    return "\t".join(cells)


def main() -> None:
    for folder, made in (("lung", lung()), ("registry", registry())):
        for name, text in made.items():
            (EXAMPLES / folder / name).write_bytes(text.encode())
    if len(sys.argv) > 1:
        packed = gzip.compress(melanoma(Path(sys.argv[1])).encode(), mtime=0)
        (EXAMPLES / "melanoma" / "colo829.vcf.gz").write_bytes(packed)


if __name__ == "__main__":
    main()

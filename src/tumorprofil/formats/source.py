"""A file as it lies on disk: its compression, its encoding and its first lines, checked before any reader sees it."""

import bz2
import codecs
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from tumorprofil.errors import ReadError, Refusal
from tumorprofil.terms.language import translate

_HEAD_BYTES = 256 * 1024
_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_BZIP2 = b"BZh"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Source:
    """One readable file.

    `path` is what the user named; `readable` is the file that DuckDB can scan (a temporary copy where the
    original is bzip2). `head` holds the first lines of text without line ends; it is empty for a workbook.
    """

    path: Path
    readable: Path
    compression: Literal["none", "gzip"]
    encoding: Literal["utf-8", "latin-1", "utf-16"]
    head: tuple[str, ...]
    size: int
    workbook: bool = False

    @property
    def name(self) -> str:
        return str(self.path)

    def lines(self) -> Iterator[str]:
        """All lines of the text, without line ends; one at a time."""
        with self.open() as handle:
            for line in codecs.iterdecode(handle, self.encoding, errors="replace"):
                yield line.rstrip("\r\n")

    def open(self) -> IO[bytes]:
        """The decompressed bytes."""
        return _opened(self.readable, self.compression)

    def refusal(self, problem: str, expected: str, **place: object) -> Refusal:
        """A refusal of the whole file (or of `extent`) that names this file."""
        return Refusal(**{"file": self.name, "extent": "file", "problem": problem, "expected": expected, **place})  # type: ignore[arg-type]


def _opened(path: Path, compression: str) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if compression == "gzip" else path.open("rb")


def _refuse(path: Path, problem: str, expected: str) -> ReadError:
    return ReadError([Refusal(str(path), "file", problem, expected)])


def open_source(path: Path) -> Source:
    """Look at a file and make it readable.

    Raises ReadError where it does not exist, is empty, is cut off, or is not text."""
    if not path.is_file():
        raise _refuse(path, translate("there is no such file"), translate("Check the spelling of the path."))
    size = path.stat().st_size
    with path.open("rb") as handle:
        magic = handle.read(4)
    if size == 0:
        raise _refuse(path, translate("the file is empty"), translate("Ask for the file again from where it came."))
    if magic in (_ZIP, _OLE):
        return Source(path, path, "none", "utf-8", (), size, workbook=True)
    try:
        readable = _decompressed_copy(path) if magic.startswith(_BZIP2) else path
        compression: Literal["none", "gzip"] = "gzip" if magic.startswith(_GZIP) else "none"
        if compression == "gzip":
            _check_whole(path)
    except (OSError, EOFError, zlib.error) as error:
        raise _refuse(
            path,
            translate("the compressed file is cut off or damaged"),
            translate("Copy the file again; it must decompress to its end."),
        ) from error
    with _opened(readable, compression) as stream:
        start = stream.read(_HEAD_BYTES)
    if not start.strip():
        raise _refuse(path, translate("the file is empty"), translate("Ask for the file again from where it came."))
    encoding = _encoding(start)
    if b"\x00" in start and encoding != "utf-16":
        raise _refuse(
            path, translate("the file is not text"), translate("Give a text table, a VCF, a MAF or a workbook.")
        )
    text = start.decode(encoding, errors="replace").lstrip("\ufeff")
    return Source(path, readable, compression, encoding, tuple(text.splitlines()), size)


def _encoding(start: bytes) -> Literal["utf-8", "latin-1", "utf-16"]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # A multi-byte letter may be cut in two at the end of the block.
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _check_whole(path: Path) -> None:
    # DuckDB reads a gzip file that is cut off at a line's end without a word.
    with gzip.open(path, "rb") as stream:
        while stream.read(_BLOCK):
            pass


def _decompressed_copy(path: Path) -> Path:
    with bz2.open(path, "rb") as stream, tempfile.NamedTemporaryFile("wb", suffix=path.stem, delete=False) as copy:
        while block := stream.read(_BLOCK):
            copy.write(block)
    return Path(copy.name)

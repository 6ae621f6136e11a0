"""Rows of a file as texts, whatever its encoding, delimiter and kind; heads repeated go."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import math
import zlib
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from sim.history.faults import LogError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ",;\t|"
MOST_LETTERS = 1_000_000  # in which these lines are
LOOKED_AT = 60  # lines in which the delimiter and the head are looked for
MOST_COLUMNS = 2_000
FILLED = 0.5  # of the cells of a usual row; of fewer, it may be a title or a total
NOTHING = ("", "null", "none", "n/a", "na", "nan", "-")


class Rows(NamedTuple):
    """Rows of a file; all columns are texts, blanks are null.

    `line` is a column besides: the line of the file, the first being 1. `thin` are the rows that
    are hardly filled, apart from the others: whether one is a call, only what its columns are can
    tell. `dropped` counts lines that are no rows of calls, by what they are.
    """

    frame: pl.DataFrame
    thin: pl.DataFrame
    encoding: str
    delimiter: str
    dropped: dict[str, int]
    checksum: str


def rows_of(
    path: Path, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Rows:
    """Rows of a CSV, TSV, XLSX or Parquet file, gzipped or not.

    Raises
    ------
    LogError
        If it cannot be opened, is cut short, has no head or no rows.
    """
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii()):
        raise LogError(f"--delimiter: expected one mark, such as ';', got {delimiter!r}")
    content = _content(path)
    checksum, kind = hashlib.sha256(content).hexdigest(), path.name.lower()
    if kind.endswith(".parquet"):
        frame = _lined(_of_parquet(content, path.name), 1)
        return Rows(frame, frame.clear(), "parquet", "", {}, checksum)
    if kind.endswith((".xlsx", ".xls")):
        return _of_workbook(content, path.name, sheet, checksum)
    text, used = _text(content, path.name, encoding)
    del content  # each of these is as large as the file
    parted = _parted(text, path.name, delimiter)
    del text
    return _of_lines(parted, path.name, used, checksum)


def _of_parquet(content: bytes, name: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content)).cast(pl.String)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise LogError(f"{name}: expected a Parquet file, got one that cannot be read") from error


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise LogError(f"{path}: expected a file, got a folder or a pipe")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LogError(f"{path.name}: expected a file, got {error.strerror}") from error
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise LogError(f"{path.name}: expected a whole gzip file, got one cut short") from error
    if not content.strip():
        raise LogError(f"{path.name}: expected a head and rows, got an empty file")
    return content


def _text(content: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Text, and the encoding that it has: as marked, as UTF-8 if it is, else as cp1252."""
    marked = next((x for mark, x in MARKS if content.startswith(mark)), None)
    for used in filter(None, (encoding, marked, "utf-8", "cp1252")):
        try:
            return content.decode(used), used
        except (UnicodeError, LookupError) as error:
            if used == encoding:
                raise LogError(f"--encoding: expected that of {name}, got {encoding!r}") from error
    raise LogError(f"{name}: expected text in UTF-8, UTF-16 or cp1252, got other bytes")


class _Lines(NamedTuple):
    """Lines from the head on, the names in it, and how many lines stand above it."""

    body: bytes
    names: list[str]
    delimiter: str
    head: int


def _parted(text: str, name: str, delimiter: str | None) -> _Lines:
    if "\0" in text:
        raise LogError(f"{name}: expected text, got bytes that are none")
    lines = _first_lines(text)
    used = delimiter or _delimiter(lines)
    head = _head_line(lines, used)
    if head is None:
        raise LogError(f"{name}: expected a line with names of columns, got none in {LOOKED_AT}")
    names = _unique(next(csv.reader([lines[head]], delimiter=used)))
    if len(names) > MOST_COLUMNS:
        raise LogError(f"{name}: expected {MOST_COLUMNS:,} columns or fewer, got {len(names):,}")
    return _Lines(_body(text, head), names, used, head)


def _of_lines(lines: _Lines, name: str, encoding: str, checksum: str) -> Rows:
    names, mark, head = lines.names, lines.delimiter, lines.head
    frame = _lined(_frame(lines, name), head + 2)
    return _cleaned(frame, names, name, encoding, mark, checksum, head)


def _frame(lines: _Lines, name: str) -> pl.DataFrame:
    """Table of all cells as they stand."""
    names = lines.names
    try:
        frame = pl.read_csv(
            io.BytesIO(lines.body),
            separator=lines.delimiter,
            infer_schema=False,
            has_header=False,
            skip_rows=1,
            truncate_ragged_lines=True,
            new_columns=names,
        )
    except pl.exceptions.NoDataError as error:
        raise LogError(f"{name}: expected rows of calls under its head, got none") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise LogError(
            f"{name}: expected rows of {len(names)} cells, as its head has, got others; look for "
            "a quotation mark that is never closed, or for a line that is no head above the rows"
        ) from error
    return frame.with_columns([pl.lit(None, pl.String).alias(x) for x in names[frame.width :]])


def _first_lines(text: str) -> list[str]:
    """Lines in which the head is looked for; only so many characters are parted into lines.

    Nothing but a line feed and a carriage return ends one, as in the body.
    """
    read, length = io.StringIO(text[:MOST_LETTERS], newline=None), len(text)
    some = [line.rstrip("\n") for line in islice(read, LOOKED_AT)]
    return some[:-1] if length > MOST_LETTERS and len(some) < LOOKED_AT else some


def _body(text: str, head: int) -> bytes:
    """Lines from the head on, each ended by a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = 0
    for _ in range(head):
        start = text.index("\n", start) + 1
    return text[start:].encode()


def _delimiter(lines: list[str]) -> str:
    """The mark that parts most lines into the same number of cells, more than one."""

    def score(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines if line.strip()]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=score)


def _head_line(lines: list[str], delimiter: str) -> int | None:
    """Place of the first line with as many filled cells as most lines have, none a number."""
    cells = list(csv.reader(lines, delimiter=delimiter))
    widths = [sum(bool(x.strip()) for x in row) for row in cells]
    usual = max(set(widths), key=lambda x: (widths.count(x), x), default=0)
    for at, (row, width) in enumerate(zip(cells, widths, strict=True)):
        filled = [x for x in row if x.strip()]
        if width >= max(2, usual * FILLED + 1) or (width == usual > 0):
            return at if filled and not any(map(_is_number, filled)) else None
    return None


def _is_number(cell: str) -> bool:
    return cell.strip().replace(".", "").replace(",", "").isdigit()


def _unique(names: list[str]) -> list[str]:
    """Names without blanks around; a second one of a name is numbered, an empty one named."""
    out: dict[str, None] = {}
    for at, name in enumerate(names, 1):
        base = name.strip().strip("\ufeff") or f"column {at}"
        number = 2
        unique = base
        while unique in out:
            unique, number = f"{base} ({number})", number + 1
        out[unique] = None
    return list(out)


def _lined(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_row_index("line", offset=first).with_columns(pl.col("line").cast(pl.Int64))


def _cleaned(
    frame: pl.DataFrame,
    names: list[str],
    name: str,
    encoding: str,
    delimiter: str,
    checksum: str,
    above: int,
) -> Rows:
    """Rows with blanks as null, without heads repeated, and those that are hardly filled apart."""
    for x in names:  # one after the other, as each is a copy
        text = pl.col(x).str.strip_chars()
        blank = text.str.to_lowercase().is_in(NOTHING)
        frame = frame.with_columns(pl.when(blank).then(None).otherwise(text).alias(x))
    again = pl.all_horizontal(
        [pl.col(x).fill_null("") == x.partition(" (")[0].strip() for x in names[:3]]
    )
    filled = pl.sum_horizontal([pl.col(x).is_not_null().cast(pl.Int32) for x in names])
    least = max(1, math.ceil(FILLED * float(frame.select(filled.median()).item() or 0)))
    heads = frame.select(again.sum()).item()
    frame = frame.filter(~again) if heads else frame
    thin = frame.filter(filled < least)
    frame = frame if thin.is_empty() else frame.filter(filled >= least)
    if frame.is_empty():
        raise LogError(f"{name}: expected rows of calls under its head, got none")
    dropped = {"lines above the head": above, "heads again": heads}
    kept = {what: int(n) for what, n in dropped.items() if n}
    return Rows(frame, thin, encoding, delimiter, kept, checksum)


def _of_workbook(content: bytes, name: str, sheet: str | None, checksum: str) -> Rows:
    """First sheet that has rows, or one by its name, all cells as texts."""
    try:
        import fastexcel  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise LogError(
            f"{name}: expected the extra xlsx; pip install 'coresponder-sim[xlsx]'"
        ) from error
    try:
        book = fastexcel.read_excel(content)
    except Exception as error:
        raise LogError(f"{name}: expected a workbook, got one that cannot be read") from error
    names = [sheet] if sheet else book.sheet_names
    if sheet and sheet not in book.sheet_names:
        raise LogError(f"--sheet: expected one of {', '.join(book.sheet_names)}, got {sheet!r}")
    for each in names:
        table = book.load_sheet(each, header_row=None, dtypes="string").to_polars()
        if table.height > 1:
            lines = io.StringIO()
            csv.writer(lines).writerows([[x or "" for x in row] for row in table.rows()])
            what = f"{name}, sheet {each}"
            return _of_lines(_parted(lines.getvalue(), what, ","), what, "xlsx", checksum)
    raise LogError(f"{name}: expected a sheet with rows, got none")

"""Tables in text files, as spreadsheets and routers write them; a fault names file and line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

from sim.config.faults import InputError

NOT_NEGATIVE = "0 or more"
THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"

Lines = Iterator[tuple[int, list[str]]]  # number and cells


def text(path: Path) -> str:
    """Text of a file, without the mark that spreadsheets begin it with."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path}: expected UTF-8 text, got {_cause(error)}") from error
    if not content.strip():
        raise InputError(f"{path}: expected a table, got an empty file")
    return content


def _cause(error: OSError | UnicodeError) -> str:
    return str(getattr(error, "strerror", None) or "a byte that is not UTF-8")


def lines(path: Path) -> Lines:
    """Number and cells of each line of a CSV, without blank lines and blanks around cells.

    Cells are parted by commas, or by the semicolons or tabs of a first line without commas.
    """
    content = text(path)
    separator = _separator(content)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if separator != ",":
                _refuse_commas(cells, f"{path}, line {reader.line_num}")
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: expected CSV, got {error}") from error


def _separator(content: str) -> str:
    first = content.lstrip().partition("\n")[0]
    return next((mark for mark in ";\t" if mark in first and "," not in first), ",")


def _refuse_commas(cells: list[str], where: str) -> None:
    """Refuse a comma in a number where it may stand for a point as well as for thousands."""
    for cell in cells:
        if re.fullmatch(r"[+-]?\d+(,\d+)+", cell):
            raise InputError(f"{where}: expected numbers with a point, like 1.5, got {cell}")


def header(path: Path, of: Lines) -> tuple[str, list[str]]:
    """Place and cells of the first line."""
    for line, cells in of:
        return f"{path}, line {line}", cells
    raise InputError(f"{path}: expected a header line, got blank cells alone")


def number(cell: str, where: str, right: str) -> float:
    """Return the number in a cell, which may have commas between its thousands."""
    try:
        read = float(cell.replace(",", "") if re.fullmatch(THOUSANDS, cell) else cell)
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        comma = " (a comma only before three digits, as in 1,435; a point as in 1.5)"
        got = f"{cell}{comma if ',' in cell else ''}"
        raise InputError(f"{where}: expected {right}, got {got if cell else 'a blank cell'}")
    return read


def not_negative(cell: str, where: str) -> float:
    """Return the number in a cell, of 0 or more."""
    read = number(cell, where, NOT_NEGATIVE)
    if read < 0:
        raise InputError(f"{where}: expected {NOT_NEGATIVE}, got {read:g}")
    return read

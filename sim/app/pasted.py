"""Tables that are pasted into the form: zones of one's own, and the drive times between them."""

from __future__ import annotations

import csv
import io
import re

from sim.config import InputError

TABLES = {"zones": "zones.csv", "minutes": "minutes.csv"}  # files that they become
FORMULA = re.compile(r'(^|[,\t\n])[\s"]*[=+@]')  # of a cell that a spreadsheet would run
PLACES = ("latitude", "longitude")
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # a number as a spreadsheet shows it


def check_pasted(zones: str, minutes: str) -> None:
    """Refuse tables that cannot be used together; what is in them is checked when they are read.

    Raises
    ------
    InputError
        One line for the person who pasted them.
    """
    for name, text in zip(TABLES, (zones, minutes), strict=True):
        if FORMULA.search(text):
            raise InputError(f"{name}: expected cells that begin with none of = + @, got one")
    if minutes and not zones:
        raise InputError("drive times: expected zones as well, got none")
    head = zones.lstrip().partition("\n")[0].lower()
    if zones and not minutes and not all(x in head for x in PLACES):
        raise InputError(
            "zones: expected columns latitude and longitude, or drive times beside them, got "
            "neither"
        )


def as_csv(pasted: str) -> str:
    """Table as it was pasted, from a spreadsheet perhaps, whose cells are parted by tabs."""
    lines = [line.rstrip() for line in pasted.splitlines() if line.strip()]
    if "\t" not in pasted:
        return "".join(f"{line}\n" for line in lines)
    whole = io.StringIO()
    rows = [[_bare(cell.strip()) for cell in line.split("\t")] for line in lines]
    csv.writer(whole, lineterminator="\n").writerows(rows)
    return whole.getvalue()


def _bare(cell: str) -> str:
    """Cell of a spreadsheet; a number without its signs of thousands."""
    return cell.replace(",", "") if THOUSANDS.fullmatch(cell) else cell

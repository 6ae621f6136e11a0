"""The one table: columns, wide tables, headings of groups, and the three ways to write it."""

from __future__ import annotations

import doctest

from sim.report import table as module
from sim.report.table import FOLD, Group, Table
from sim.report.wording import page

LONG = ["A row that says what it is about in many words", "1,000", "2,000"]
TABLES = {  # and the columns of its page
    "figures are flush right under their heads, and groups under their headings": (
        Table(
            ["", "17", "12"],
            [
                Group([["Teams", "17", "12"]]),
                Group([["Reached, %", "72.5", "68"]], "Requested calls"),
            ],
        ),
        100,
    ),
    "columns are aligned as their letters say": (
        Table(["a", "b", "c"], [Group([["1", "`two`", "3"], ["10", "x", "30"]])], "rlr"),
        100,
    ),
    "a wide table is several, without the rows that a part has nothing of": (
        Table(
            ["Year", "posts", "calls" * 5, "miles" * 6],
            [Group([["2028", "5", "9", "7"]]), Group([["Total", "", "", "9"]], "Sum")],
        ),
        60,
    ),
    "a long first column is folded before a table is parted": (
        Table(["", "one" * 5, "two" * 5], [Group([LONG])]),
        60,
    ),
    "heads of several lines end on the last": (
        Table(["", f"a{FOLD}b", "c"], [Group([["row", "1", "2"]])]),
        100,
    ),
    "a table of prose that is too wide is a list": (
        Table(
            ["Key", "Value", "Year", "Source"],
            [Group([["`key`", "7", "–", "One source. " * 12]])],
            "lllp",
        ),
        100,
    ),
    "signs of markdown and HTML are escaped": (
        Table(["a & b", "n"], [Group([["<b>", "`x<y`"], ["x|y", "`1`"]], "Group")]),
        100,
    ),
}


def test_the_example_is_true():
    assert doctest.testmod(module).failed == 0


def test_golden_tables_in_every_form_fit_their_page(golden):
    told = []
    for about, (table, width) in TABLES.items():
        with page(width):
            text = table.text()
        assert max(map(len, text.splitlines())) <= width, about
        assert FOLD not in table.html() + table.markdown()
        told += [f"{about}:", text, "", table.markdown(), "", table.html(), ""]
    golden("\n".join(told), "tables.txt")

"""The one table: columns, wide tables, headings of groups, and the three ways to write it."""

from __future__ import annotations

import doctest

from sim.report import table as module
from sim.report.table import FOLD, Group, Table
from sim.report.wording import page

PLANS = Table(
    ["", "17", "12"],
    [Group([["Teams", "17", "12"]]), Group([["Reached, %", "72.5", "68"]], "Requested calls")],
)


def lines(*each: str) -> str:
    return "\n".join(each)


def test_the_example_is_true():
    assert doctest.testmod(module).failed == 0


def test_figures_are_flush_right_under_their_heads_and_groups_under_their_headings():
    assert PLANS.text() == lines(
        "              17  12",
        "--------------------",
        "Teams         17  12",
        "Requested calls ----",
        "Reached, %  72.5  68",
    )


def test_columns_are_aligned_as_their_letters_say():
    table = Table(["a", "b", "c"], [Group([["1", "`two`", "3"], ["10", "x", "30"]])], "rlr")
    assert table.text() == lines(" a  b     c", "-----------", " 1  two   3", "10  x    30")


WIDE = Table(
    ["Year", "posts", "calls" * 5, "miles" * 6],
    [Group([["2028", "5", "9", "7"]]), Group([["Total", "", "", "9"]], "Sum")],
)


def test_a_table_that_is_too_wide_is_several_with_the_same_first_column():
    with page(60):
        first, second = WIDE.text().split("\n\n")
    assert first.splitlines()[0].split() == ["Year", "posts", "calls" * 5]
    assert second.splitlines()[0].split() == ["Year", "miles" * 6]


def test_rows_that_a_part_has_nothing_of_are_left_out_of_it():
    with page(60):
        first, second = WIDE.text().split("\n\n")
    assert first.splitlines()[-1].startswith("2028")
    assert second.splitlines()[-1].split() == ["Total", "9"]


def test_a_long_first_column_is_folded_before_a_table_is_parted():
    row = ["A row that says what it is about in many words", "1,000", "2,000"]
    with page(60):
        lines_of = Table(["", "one" * 5, "two" * 5], [Group([row])]).text().splitlines()
    assert len(lines_of) == 4
    assert lines_of[2].startswith("A row that says")
    assert lines_of[3].startswith("  ")
    assert lines_of[3].endswith("2,000")
    assert max(map(len, lines_of)) <= 60


def test_heads_of_several_lines_end_on_the_last():
    table = Table(["", f"a{FOLD}b", "c"], [Group([["row", "1", "2"]])])
    assert table.text() == lines("     a", "     b  c", "---------", "row  1  2")
    assert FOLD not in table.html() + table.markdown()
    assert "a b" in table.html()


def test_a_table_of_prose_that_is_too_wide_is_a_list():
    row = ["`key`", "7", "–", "One source. " * 12]
    table = Table(["Key", "Value", "Year", "Source"], [Group([row])], "lllp")
    text = table.text()
    assert text.startswith("- key: value 7. One source. One")
    assert max(map(len, text.splitlines())) <= 100
    assert all(line.startswith("  One") for line in text.splitlines()[1:])


def test_markdown_has_rulers_by_alignment_bold_groups_and_no_stray_bars():
    table = Table(["a", "b"], [Group([["x|y", "`1`"]], "Group")])
    assert table.markdown() == lines(
        "| a | b |", "| --- | ---: |", "| **Group** |  |", "| x\\|y | `1` |"
    )


def test_html_is_escaped_and_has_scopes_groups_and_code():
    table = Table(["a & b", "n"], [Group([["<b>", "`x<y`"]], "Group")])
    html = "".join(table.html().splitlines())
    assert '<th scope="col">a &amp; b</th><th scope="col" class="figure">n</th>' in html
    assert '<tr><th scope="rowgroup" colspan="2">Group</th></tr>' in html
    assert '<th scope="row">&lt;b&gt;</th>' in html
    assert '<td class="figure"><code>x&lt;y</code></td>' in html

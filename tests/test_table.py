"""The one table: columns, wide tables, headings of groups, and the three ways to write it."""

from __future__ import annotations

import doctest

from sim.report import table as module
from sim.report.table import Group, Table

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


def test_a_table_that_is_too_wide_is_several_with_the_same_first_column():
    assert PLANS.text(width=17) == lines(
        "              17",
        "----------------",
        "Teams         17",
        "Requested calls ",
        "Reached, %  72.5",
        "",
        "            12",
        "--------------",
        "Teams       12",
        "Requested calls ",
        "Reached, %  68",
    )


def test_rows_that_a_part_has_nothing_of_are_left_out_of_it():
    total = Group([["Total", "", "9"]], "Sum")
    table = Table(["Year", "posts", "calls"], [Group([["2028", "5", "9"]]), total])
    first, second = table.text(width=12).split("\n\n")
    assert first == lines("Year  posts", "-----------", "2028      5")
    assert second.splitlines()[-1] == "Total      9"


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

"""The vocabulary: every table's columns, and the order that its codes carry."""

from __future__ import annotations

import numpy as np
import pytest

from sim.schema import (
    TEAM_KINDS,
    BreakKind,
    BreakLedger,
    Breaks,
    CallLedger,
    Calls,
    ChairLedger,
    DutyLedger,
    Fate,
    Kind,
    Ledger,
    Mode,
    Rank,
    Roster,
    Rule,
    Scope,
    Status,
    TripLedger,
    VisitLedger,
    Visits,
    check_table,
    columns,
    empty,
)
from tests.worlds import make_breaks, make_calls, make_roster

LEDGERS = [CallLedger, TripLedger, DutyLedger, BreakLedger, VisitLedger, ChairLedger]
TABLES = [Calls, Visits, Roster, Breaks, *LEDGERS]
UNITS = {
    "id": "int32",
    "s": "int64",
    "code": "int8",
    "ppm": "int32",
    "0 or 1": "int8",
    "ratio": "float64",
}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_the_dtype_of_its_unit(table):
    found = columns(table)
    assert [column.name for column in found] == list(table._fields)
    for column in found:
        assert np.dtype(column.dtype) == UNITS[column.unit], column.name


@pytest.mark.parametrize("table", TABLES)
def test_seconds_say_so_in_their_name_and_nothing_else_does(table):
    for column in columns(table):
        in_seconds = "_at_s" in column.name or "_for_s" in column.name or column.name.endswith("_s")
        assert in_seconds == (column.unit == "s"), column.name


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_is_a_table(table):
    nothing = empty(table)
    assert isinstance(nothing, table)
    check_table(nothing)
    assert {len(column) for column in nothing} == {0}


@pytest.mark.parametrize(
    "table",
    [
        make_calls(3),
        make_roster([{"on": 0, "off": 9}]),
        make_breaks([{"duty": 0, "due": 3, "length": 2}]),
    ],
)
def test_a_wrong_dtype_is_named(table):
    check_table(table)
    for column in columns(type(table)):
        wrong = table._replace(**{column.name: getattr(table, column.name).astype(np.float32)})
        with pytest.raises(ValueError, match=f"^{column.name}: expected dtype .* got float32"):
            check_table(wrong)


def test_a_column_of_another_length_is_named():
    calls = make_calls(3)
    with pytest.raises(ValueError, match=r"^zone: expected 3 rows, got 2"):
        check_table(calls._replace(zone=calls.zone[:2]))
    short = calls.on_scene_for_s_by_kind[:, :1]
    with pytest.raises(ValueError, match=r"^on_scene_for_s_by_kind: expected 3 rows, got 1"):
        check_table(calls._replace(on_scene_for_s_by_kind=short))


def test_potential_outcomes_have_a_row_a_kind_of_team():
    calls = make_calls(4)
    assert calls.fate_by_kind.shape == calls.on_scene_for_s_by_kind.shape == (len(TEAM_KINDS), 4)


def test_the_ledger_is_its_tables():
    assert Ledger._fields == ("calls", "trips", "duties", "breaks", "visits", "chairs")


def test_fates_go_from_least_to_most_restrictive():
    names = ["ON_SCENE", "REFERRAL", "VOLUNTARY", "HOLD", "ARREST"]
    assert [fate.name for fate in sorted(Fate)] == names


def test_ranks_are_the_order_of_one_second():
    assert [rank.name for rank in sorted(Rank)] == [
        "CENTER_CHANGES",
        "CHAIR_FREED",
        "ARRIVES",
        "LEAVES_SCENE",
        "RELEASED",
        "DUTY_ENDS",
        "DUTY_STARTS",
        "DISPATCHABLE",
        "VISIT_DUE",
        "ASSIGN",
        "PATIENCE_ENDS",
    ]


@pytest.mark.parametrize("codes", [BreakKind, Fate, Kind, Mode, Rank, Rule, Scope, Status])
def test_codes_count_from_zero_and_fit_their_column(codes):
    assert [int(code) for code in codes] == list(range(len(codes)))
    assert len(codes) <= np.iinfo(np.int8).max

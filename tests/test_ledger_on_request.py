"""The ledger on request: an auditor makes the measures again from its two tables alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

import sim
from sim import cli
from sim.config import InputError
from sim.scenarios.request import Request

SMALL = ("run.window_days=14", "run.replications=3", "run.draws=0")
ALONE = {"check": "none", "cores": 1, "ledger": (0, 2)}
TOWNS = (
    *("demand=three_towns", "travel=three_towns", "dispatch=closest", "service=short_staffed"),
    *("demand.calls_per_year=20000", "dispatch.recall_for_priority=true"),
    *("demand.priority_by_type={person in crisis: 2}", *SMALL),
)
AFTER = (
    *("demand=frequent_callers", "service=with_follow_up", "outcomes=fewer_repeats"),
    *("service.center.chairs=1", "service.follow_up.by_teams=true"),
    *("outcomes.repeat.risk_ratio=0", "demand.persons.frequent_callers=50", *SMALL),
)
ASKED = {
    "towns": ("towns_3x8", "embedded_5", TOWNS),
    "after": ("12_and_3_case_managers", "5", AFTER),
    "nobody": ("4", "0", SMALL),
}
BY_RUN = ("plan", "replication")


class Tables(NamedTuple):
    """What the results folder holds of the replications that were asked for."""

    ledger: pl.DataFrame
    duties: pl.DataFrame
    measures: pl.DataFrame


@pytest.fixture(scope="module", params=ASKED)
def kept(request, tmp_path_factory) -> Tables:
    """Return the tables of a results folder, those of measures as asked."""
    *plans, overrides = ASKED[request.param]
    answer = sim.compare(*plans, overrides=overrides, **ALONE)
    folder = sim.save(answer, tmp_path_factory.mktemp(request.param))
    names = ("ledger", "ledger_duties", "measures")
    ledger, duties, measures = (pl.read_parquet(Path(folder) / f"{x}.parquet") for x in names)
    asked = pl.col("reading") == answer.main.label, pl.col("replication").is_in(ALONE["ledger"])
    return Tables(ledger, duties, measures.filter(*asked))


def check(kept: Tables, audited: pl.DataFrame) -> None:
    """Hold what an auditor found against the measures, of every plan and replication."""
    names = [name for name in audited.columns if name not in BY_RUN]
    both = kept.measures.join(audited, on=BY_RUN, how="left", suffix="_audited")
    assert both.height == 4
    for name in names:
        found, said = both[f"{name}_audited"], both[name]
        found, said = (column.fill_null(math.nan).to_list() for column in (found, said))
        assert found == pytest.approx(said, rel=1e-9, abs=1e-9, nan_ok=True), name


def test_net_diversions_are_made_again_from_the_ledger_alone(kept):
    calls = kept.ledger.filter("in_window").unique([*BY_RUN, "call"])
    years, booked = (pl.col(x).first() for x in ("window_years", "booked_given_arrest"))
    arrests = pl.col("arrests_avoided").sum() / years
    audited = calls.group_by(BY_RUN).agg(
        arrest_diversions_net_per_year=arrests,
        jail_diversions_net_per_year=arrests * booked,
        hospital_diversions_net_per_year=pl.col("hospital_trips_avoided").sum() / years,
    )
    check(kept, audited)
    assert audited["hospital_diversions_net_per_year"].abs().max() > 0


def test_expected_diversions_are_those_counted_in_the_ledger_but_for_chance(kept):
    """Within 4.5 standard deviations of a sum of calls, each of which avoids one at most."""
    calls = kept.ledger.filter("in_window").unique([*BY_RUN, "call"])
    alone, happened = (pl.col(f"fate_{x}") == "arrest" for x in ("with_patrol_alone", "happened"))
    off = alone.cast(pl.Int8) - happened.cast(pl.Int8) - pl.col("arrests_avoided")
    counted = calls.group_by(BY_RUN).agg(off=off.sum(), most=((alone != happened).sum() + 1).sqrt())
    assert (counted["off"].abs() <= 4.5 * counted["most"]).all()


def test_contacts_are_made_again_from_the_ledger_alone(kept):
    calls = kept.ledger.filter("in_window").unique([*BY_RUN, "call"])
    assert set(calls["contact"]) == {"engaged", "not_found", "refused", "none"}
    found, served = pl.col("contact"), (pl.col("status") == "served").sum()
    audited = calls.group_by(BY_RUN).agg(
        contacts_per_year=(found == "engaged").sum() / pl.col("window_years").first(),
        not_found_share=pl.when(served > 0).then((found == "not_found").sum() / served),
        refused_share=pl.when(served > 0).then((found == "refused").sum() / served),
    )
    check(kept, audited)
    alike = pl.col("fate_happened") == pl.col("fate_with_patrol_alone")
    assert calls.filter(found != "engaged").select(alike.all()).item()


def test_utilization_is_made_again_from_the_two_tables_alone(kept):
    teams = kept.duties.filter(pl.col("kind") != "follow_up")
    trips = kept.ledger.filter(pl.col("trip").is_not_null()).join(teams, [*BY_RUN, "duty"])

    def in_window(start: str, end: pl.Expr) -> pl.Expr:
        end = pl.min_horizontal(end, "off_at_s", "window_end_s")
        return (end - pl.max_horizontal(start, "window_start_s")).clip(lower_bound=0).sum()

    until = pl.col("end_at_s").fill_null(pl.col("run_end_s"))
    busy = trips.group_by(BY_RUN).agg(busy_s=in_window("assigned_at_s", until))
    on_duty = teams.drop_nulls("started_at_s").group_by(BY_RUN)
    on_duty = on_duty.agg(on_duty_s=in_window("started_at_s", pl.col("ended_at_s")))
    share = pl.col("busy_s") / pl.col("on_duty_s")
    check(kept, on_duty.join(busy, BY_RUN).select(*BY_RUN, share.alias("utilization_share")))


def test_an_averted_call_has_a_fate_in_neither_world(kept):
    calls = kept.ledger.filter(pl.col("call").is_not_null())
    for name in ("fate_with_patrol_alone", "fate_happened"):
        averted = calls.filter(pl.col(name).is_null())
        assert averted.equals(calls.filter(pl.col("status") == "averted"))


def test_duties_say_whose_they_are_who_is_there_and_what_they_did(kept):
    duties = kept.duties
    key = pl.struct(*BY_RUN, "duty")
    assert duties.select(key.is_unique().all()).item()
    told = duties.drop_nulls("started_at_s")
    assert (told["started_at_s"] >= told["on_at_s"]).all()
    assert (told["overtime_for_s"] >= told["ended_at_s"] - told["off_at_s"]).all()
    for name in ("line", "number", "kind", "base_zone", "post", "on_at_s", "off_at_s"):
        assert duties[name].null_count() == 0, name
    team = told.filter(pl.col("kind") == "co_responder")
    assert team["officer_present"].all()
    assert team["clinician_present"].all()
    trips = kept.ledger.drop_nulls("trip").group_by(*BY_RUN, "duty").len()
    both = duties.join(trips, [*BY_RUN, "duty"], how="left")
    assert (both["trips"] == both["len"].fill_null(0)).all()


def test_no_column_is_a_persons(kept):
    for table in (kept.ledger, kept.duties):
        assert not [name for name in table.columns if "person" in name or name.endswith("_u")]


# --- how it is asked for --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        *((True, (0,)), (False, ()), (None, ()), ([], ()), (0, (0,))),
        *(("0,3", (0, 3)), (" 3, 0,3", (0, 3)), ([7, 2], (2, 7)), (range(2), (0, 1))),
    ],
)
def test_any_replications_can_be_asked_for(asked, numbers):
    request = Request.of("run", [5], {"ledger": asked})
    assert request.ledger == numbers
    text = ",".join(map(str, numbers))
    assert request.words == (["--ledger", text] if numbers else [])


@pytest.mark.parametrize("asked", ["", "x", "-1", "0,", "1.5", "0;3", "1000000", [-1], [True]])
def test_what_is_no_replication_is_refused(asked):
    expected = "--ledger: expected replications from 0 to 999999, such as 0 or 0,3, got "
    with pytest.raises(InputError) as refused:
        Request.of("run", [5], {"ledger": asked})
    assert str(refused.value) == f"{expected}{asked!r}"


@pytest.mark.parametrize("words", [["--ledger", "x"], ["--ledger", "-1"], ["--ledger=-1"]])
def test_the_command_refuses_it_in_one_line(words, capsys):
    assert cli.main(["run", "4", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: --ledger: expected replications from 0 to 999999")
    assert said.count("\n") == 1


def test_a_replication_beyond_those_of_the_run_can_be_asked_for():
    answer = sim.run(2, overrides=SMALL, check="none", cores=1, ledger="9")
    assert set(answer.ledger["replication"]) == set(answer.ledger_duties["replication"]) == {9}

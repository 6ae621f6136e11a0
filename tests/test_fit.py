"""Rates, months, mix and shares fitted to calls without a calendar day."""

from __future__ import annotations

import gzip
import os
import pickle
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import compose
from sim.config.models import Demand
from sim.history import fit as fit_module
from sim.history.cad import COLUMNS, MONTHS, WEEKDAYS, HistoryError, read_rows, tidy
from sim.history.fit import MEAN_MONTH_DAYS, fit, main
from sim.history.table import DemandTable, write_table

REPOSITORY = Path(__file__).resolve().parents[1]
ROWS = Path(os.environ.get("CORESPONDER_ROWS") or REPOSITORY.parent / "shared" / "data")
TORONTO = ROWS / "toronto_persons_in_crisis_2014_15.csv.gz"
HOUR_OF_WEEK_2014 = ROWS / "toronto_2014_hour_of_week.csv"
needs_rows = pytest.mark.skipif(
    not (TORONTO.is_file() and HOUR_OF_WEEK_2014.is_file()),
    reason="the Toronto rows are not here; name their folder in CORESPONDER_ROWS",
)
HEADER = ",".join(COLUMNS)
GOOD = "2014,January,Monday,4,Overdose,D51"

Row = tuple[int, str, str, int, str, str]


def row(day: date, hour: int, kind: str = "overdose", zone: str = "d51") -> Row:
    return (day.year, MONTHS[day.month - 1], WEEKDAYS[day.weekday()], hour, kind, zone)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(COLUMNS), orient="row")


def noons(first: date, last: date) -> list[Row]:
    return [row(day, 12) for day in days(first, last)]


YEAR = noons(date(2014, 1, 1), date(2014, 12, 31))


# Answers worked by hand


def test_one_call_every_noon() -> None:
    table = fit(frame(YEAR))
    assert table.hour_of_week_shape == tuple(24.0 * (hour % 24 == 12) for hour in range(168))
    assert table.month_factor == (1.0,) * 12
    calls = table.calls_per_year
    # 365.25 calls; sd of 365 of them over 365 days is sqrt(365 (1 + 0.1274^2)) = 19.26
    assert (calls.value, calls.low, calls.high) == (365, 327, 404)
    assert (calls.year, calls.confidence) == ("2014", "D")


def test_first_hour_is_monday_midnight_and_last_is_sunday_eleven_at_night() -> None:
    year = days(date(2014, 1, 1), date(2014, 12, 31))
    rows = [row(day, 0) for day in year if day.weekday() == 0]
    rows += [row(day, 23) for day in year if day.weekday() == 6]
    shape = fit(frame(rows)).hour_of_week_shape
    assert np.flatnonzero(shape).tolist() == [0, 167]


def test_a_product_is_recovered_though_five_months_are_seen_twice() -> None:
    rows = []
    for day in days(date(2014, 1, 1), date(2015, 5, 31)):
        hour, rate = (20, 1) if day.weekday() >= 5 else (10, 2)
        rows += [row(day, hour)] * (rate * (2 if day.month == 1 else 1))
    table = fit(frame(rows))
    # 12 calls a plain week; January twice that, so a year is 365.25 + 31 plain days
    assert [table.hour_of_week_shape[k] for k in (10, 20, 5 * 24 + 20)] == [28.0, 0.0, 14.0]
    assert table.month_factor[0] == pytest.approx(2 * 365.25 / 396.25, abs=1e-6)
    assert table.month_factor[1:] == pytest.approx([365.25 / 396.25] * 11, abs=1e-6)
    assert table.calls_per_year.value == round(12 / 7 * 396.25)
    assert table.source["period"] == "2014-01 to 2015-05, 17 months, 516 days"


def test_a_month_seen_twice_is_averaged_by_exposure() -> None:
    # Each weekday falls four times in either February: (28 * 1 + 28 * 3) / 56 = 2 calls a day
    table = fit(frame(YEAR + 3 * noons(date(2015, 2, 1), date(2015, 2, 28))))
    assert table.month_factor[1] == pytest.approx(2 * 365.25 / 393.5, abs=1e-6)
    assert table.month_factor[0] == pytest.approx(365.25 / 393.5, abs=1e-6)
    assert table.hour_of_week_shape == fit(frame(YEAR)).hour_of_week_shape


def test_range_of_calls_a_year_spans_the_years() -> None:
    calls = fit(frame(YEAR + 3 * noons(date(2015, 2, 1), date(2015, 2, 28)))).calls_per_year
    # February's mean is 2 a day. 2014: 393.5 * 365 / (337 + 56); 2015: 393.5 * 84 / 56 = 590.25
    assert calls.value == pytest.approx(393.5, abs=0.5)
    assert "2014: 365, 2015: 590" in calls.source
    spread_2015 = 2 * np.sqrt(84 + (0.1274 * 84) ** 2 / 28) / 84
    assert calls.high == pytest.approx(590.25 * (1 + spread_2015), abs=0.5)
    assert calls.low < 365


def test_exposure_counts_weekdays_of_the_calendar() -> None:
    exposure = fit_module._weekdays([(2014, 1), (2015, 1), (2016, 2)])
    expected = np.zeros((12, 7))
    for day in (
        days(date(2014, 1, 1), date(2014, 1, 31))
        + days(date(2015, 1, 1), date(2015, 1, 31))
        + days(date(2016, 2, 1), date(2016, 2, 29))
    ):
        expected[day.month - 1, day.weekday()] += 1
    np.testing.assert_array_equal(exposure, expected)


def test_types_by_hour_and_zones_are_shares_of_calls() -> None:
    rows = frame(YEAR).with_columns(
        call_type=pl.Series(["Person in Crisis"] * 292 + ["Overdose"] * 73),
        event_hour=pl.Series([12] * 219 + [13] * 146),
        zone=pl.Series(["D14"] * 73 + ["D51"] * 292),
    )
    table = fit(rows)
    assert table.call_types == ("overdose", "person in crisis")
    assert table.call_type_share_by_hour[12] == (0.0, 1.0)
    assert table.call_type_share_by_hour[13] == (0.5, 0.5)
    assert table.call_type_share_by_hour[3] == (0.2, 0.8)  # no calls: the mix of all
    assert (table.zones, table.zone_share) == (("d14", "d51"), (0.2, 0.8))


def test_spelling_drift_is_one_name() -> None:
    drift = ["Person in Crisis", " person  in CRISIS", "Person\tin crisis "]
    rows = frame(YEAR).with_columns(
        call_type=pl.Series([drift[k % 3] for k in range(365)]),
        zone=pl.Series([["D51", "d51 "][k % 2] for k in range(365)]),
        event_month=pl.col("event_month").str.to_uppercase(),
        event_dow=pl.lit(" ") + pl.col("event_dow"),
    )
    table = fit(rows)
    assert (table.call_types, table.zones) == (("person in crisis",), ("d51",))
    assert table.hour_of_week_shape == fit(frame(YEAR)).hour_of_week_shape


def test_part_months_and_blanks_are_dropped_and_counted() -> None:
    half_june = noons(date(2015, 6, 1), date(2015, 6, 11))
    blank = [(2014, "January", "Monday", 4, " ", "d51")] * 2
    table = fit(frame(YEAR + half_june + blank))
    assert (table.source["n_rows"], table.source["n_used"]) == (378, 365)
    assert table.source["dropped"] == (
        "13 rows: 2 with a blank field, 11 of June 2015 (part month, exposure unknown)"
    )
    assert table.hour_of_week_shape == fit(frame(YEAR)).hour_of_week_shape
    assert fit(frame(YEAR + half_june), drop=()).source["n_used"] == 376


def test_day_factor_cv_is_the_published_variance_ratios() -> None:
    cv = fit(frame(YEAR)).day_factor_cv
    assert [cv.low, cv.value, cv.high] == pytest.approx(
        [(0.21 / 15.4) ** 0.5, (0.87 / 53.6) ** 0.5, (1.23 / 10.7) ** 0.5], abs=5e-5
    )


def test_largest_remainder_gives_the_last_digit_to_the_first_of_equals() -> None:
    assert fit_module._rounded(np.ones(3), 1) == (0.333334, 0.333333, 0.333333)
    assert fit_module._rounded(np.array([1.0, 2.0]), 1) == (0.333333, 0.666667)
    assert fit_module._rounded(np.array([0.0, 4.0]), 168) == (0.0, 168.0)


# Properties

ANY_ROW = st.tuples(
    st.sampled_from([2014, 2015]),
    st.sampled_from(MONTHS),
    st.sampled_from(WEEKDAYS),
    st.integers(0, 23),
    st.sampled_from(["Overdose", "Person in Crisis", "Suicide-related"]),
    st.sampled_from(["D11", "D14", "D51"]),
)
ANY_ROWS = st.lists(ANY_ROW, max_size=60).map(
    lambda rows: [*rows, *((2014, month, "Monday", 4, "Overdose", "D51") for month in MONTHS)]
)
quick = settings(max_examples=40, deadline=None)


@quick
@given(ANY_ROWS)
def test_shape_and_months_have_mean_one_and_shares_sum_to_one(rows: list[Row]) -> None:
    table = fit(frame(rows))
    assert np.mean(table.hour_of_week_shape) == pytest.approx(1, abs=1e-12)
    assert np.average(table.month_factor, weights=MEAN_MONTH_DAYS) == pytest.approx(1, abs=1e-6)
    for shares in (table.zone_share, *table.call_type_share_by_hour):
        assert sum(shares) == pytest.approx(1, abs=1e-9)
    assert min(*table.hour_of_week_shape, *table.month_factor, *table.zone_share) >= 0
    assert 0 <= table.calls_per_year.low <= table.calls_per_year.value <= table.calls_per_year.high


@quick
@given(ANY_ROWS)
def test_fitted_totals_are_the_counted_ones(rows: list[Row]) -> None:
    calls = tidy(frame(rows), "rows")
    counts = fit_module._counts(calls)
    exposure = fit_module._weekdays(fit_module._months_seen(calls))
    rate, factor = fit_module._fit_margins(counts, exposure)
    expected = factor[:, None, None] * exposure[:, :, None] * rate
    np.testing.assert_allclose(expected.sum(axis=0), counts.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(expected.sum(axis=(1, 2)), counts.sum(axis=(1, 2)), rtol=1e-9)


@quick
@given(ANY_ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fit(frame(shuffled)) == fit(frame(rows))


# Reading


def test_a_file_reads_alike_plain_or_gzip_and_keeps_known_columns(tmp_path: Path) -> None:
    text = f"id,{HEADER}\n1,{GOOD}\n2,2014,may,SUNDAY,07,,D51\n".encode("utf-8-sig")
    (tmp_path / "plain.csv").write_bytes(text)
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(text))
    rows = read_rows(tmp_path / "plain.csv")
    assert rows.schema == pl.Schema(COLUMNS)
    assert rows.rows() == [
        (2014, "January", "Monday", 4, "overdose", "d51"),
        (2014, "May", "Sunday", 7, None, "d51"),
    ]
    assert read_rows(tmp_path / "packed.csv.gz").equals(rows)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "2014,January,Monday,24,Overdose,D51",
            "event_hour: expected a whole hour from 0 to 23, got '24'",
        ),
        (
            "2014,January,Monday,-1,Overdose,D51",
            "event_hour: expected a whole hour from 0 to 23, got '-1'",
        ),
        (
            "2014,January,Monday,4.5,Overdose,D51",
            "event_hour: expected a whole hour from 0 to 23, got '4.5'",
        ),
        (
            "2014,January,Monday,noon,Overdose,D51",
            "event_hour: expected a whole hour from 0 to 23, got 'noon'",
        ),
        ("2014,Janvier,Monday,4,Overdose,D51", "event_month: expected an English month name"),
        ("2014,1,Monday,4,Overdose,D51", "event_month: expected an English month name"),
        ("2014,January,Lundi,4,Overdose,D51", "event_dow: expected an English weekday name"),
        (
            "14,January,Monday,4,Overdose,D51",
            "event_year: expected a year from 1900 to 2100, got '14'",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_row(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{line}\n{line}\n")
    with pytest.raises(HistoryError) as caught:
        read_rows(path)
    assert str(caught.value).startswith(f"calls.csv, data row 2, {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "calls.csv",
            f"{HEADER}\n{GOOD},more\n".encode(),
            "calls.csv: expected comma-separated UTF-8",
        ),
        ("calls.csv", b"", "calls.csv: expected a header line and one row per call, got an empty"),
        ("calls.csv.gz", gzip.compress(b""), "calls.csv.gz: expected a header line"),
        (
            "calls.csv",
            f"{HEADER}\n".encode(),
            "calls.csv: expected at least one row per month, got no rows",
        ),
        (
            "calls.csv",
            b"event_year,zone\n2014,D51\n",
            "calls.csv: expected the columns event_year, event_m",
        ),
        ("calls.csv", b"\x89PNG\r\n\x1a\n\x00\xff\xfe" * 9, "calls.csv: expected comma-separated"),
        (
            "calls.csv.gz",
            gzip.compress(GOOD.encode() * 99)[:40],
            "calls.csv.gz: expected comma-sep",
        ),
        ("calls.csv.gz", b"\x1f\x8bjunk" * 9, "calls.csv.gz: expected comma-separated"),
        (
            "calls.xlsx",
            b"PK",
            "calls.xlsx: expected a name that ends in .csv or .csv.gz, got another",
        ),
    ],
    # Named, because a gzip holds its time and would name the test differently in each worker.
    ids=[
        "cells",
        "empty",
        "empty_gz",
        "header",
        "columns",
        "binary",
        "cut_gz",
        "damaged_gz",
        "xlsx",
    ],
)
def test_a_bad_file_is_one_clear_error(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(HistoryError) as caught:
        read_rows(tmp_path / name)
    assert str(caught.value).startswith(message)
    assert ", got " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_frame_is_checked_like_a_file() -> None:
    with pytest.raises(HistoryError, match=r"rows, data row 366, event_hour: expected .* got '24'"):
        fit(frame([*YEAR, (2014, "May", "Monday", 24, "overdose", "d51")]))
    with pytest.raises(HistoryError, match=r"rows: expected the columns .* got no zone"):
        fit(frame(YEAR).drop("zone"))
    with pytest.raises(
        HistoryError, match="rows: expected at least one row per month, got no rows"
    ):
        fit(frame(YEAR).clear())


def test_a_month_without_rows_is_refused() -> None:
    with pytest.raises(HistoryError, match=r"rows: expected .* got no usable rows in any July"):
        fit(frame(YEAR).filter(pl.col("event_month") != "July"))


def test_the_error_survives_a_process_boundary() -> None:
    error = HistoryError("calls.csv", "at least one row", "none")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - made above


# Writing and the command


def written(table: DemandTable, path: Path) -> dict[str, object]:
    write_table(table, path)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_what_is_written_reads_back_and_is_a_valid_config(tmp_path: Path) -> None:
    table = fit(frame(YEAR).with_columns(zone=pl.lit('no: "é" #1')), name="noons")
    tree = written(table, tmp_path / "noons.yaml")
    assert list(tree) == list(DemandTable.__dataclass_fields__)
    demand = Demand.model_validate(tree)
    assert tuple(demand.hour_of_week_shape) == table.hour_of_week_shape
    assert tuple(demand.month_factor) == table.month_factor
    assert tuple(map(tuple, demand.call_type_share_by_hour)) == table.call_type_share_by_hour
    assert (demand.name, demand.zones) == ("noons", ['no: "é" #1'])
    assert (demand.calls_per_year, demand.day_factor_cv) == (
        table.calls_per_year,
        table.day_factor_cv,
    )
    assert demand.source.model_dump() == table.source


def test_command_writes_the_table_and_reports_what_was_dropped(tmp_path: Path, capsys) -> None:
    frame(YEAR).write_csv(tmp_path / "calls.csv")
    main([str(tmp_path / "calls.csv"), str(tmp_path / "mine.yaml")])
    tree = yaml.safe_load((tmp_path / "mine.yaml").read_text())
    assert "365 rows used, 2014-01 to 2014-12" in capsys.readouterr().out
    assert tree["name"] == "mine"
    assert tree["source"]["title"] == "calls.csv"  # not Toronto's, and no license of theirs
    assert tree["source"]["license"] == ""
    assert tree["source"]["dropped"] == "0 rows: 0 with a blank field"


@pytest.mark.parametrize(
    ("source", "out"),
    [("absent.csv", "t.yaml"), ("bad.csv", "t.yaml"), ("good.csv", "no/such/t.yaml")],
)
def test_command_fails_with_one_line_and_exit_2(
    tmp_path: Path, capsys, source: str, out: str
) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    frame(YEAR).write_csv(tmp_path / "good.csv")
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path / source), str(tmp_path / out)])
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1


# The shipped tables


def test_shipped_toronto_table_has_the_published_daily_shape() -> None:
    shape = compose(["demand=toronto_2014_15"]).demand.hour_of_week_shape
    by_hour = np.reshape(shape, (7, 24)).mean(axis=0)
    assert by_hour.argmin() == 5
    assert by_hour.min() == pytest.approx(0.32, abs=0.03)
    assert by_hour[13:17] == pytest.approx(np.full(4, 1.5), abs=0.1)


def test_shipped_flat_table_is_constant() -> None:
    tree = yaml.safe_load((REPOSITORY / "configs/demand/flat.yaml").read_text("utf-8"))
    demand = Demand.model_validate(tree)
    assert list(tree) == list(DemandTable.__dataclass_fields__)
    assert {*demand.hour_of_week_shape, *demand.month_factor} == {1.0}
    assert demand.day_factor_cv.value == 0


@needs_rows
def test_shipped_toronto_table_is_what_the_command_makes(tmp_path: Path) -> None:
    main([str(TORONTO), str(tmp_path / "toronto_2014_15.yaml")])
    shipped = REPOSITORY / "configs" / "demand" / "toronto_2014_15.yaml"
    assert (tmp_path / "toronto_2014_15.yaml").read_bytes() == shipped.read_bytes()


@needs_rows
def test_rates_of_2014_agree_with_an_independent_count() -> None:
    counted = pl.read_csv(HOUR_OF_WEEK_2014)
    rows = read_rows(TORONTO).filter(pl.col("event_year") == 2014)
    table = fit(rows)
    assert table.source["n_used"] == counted["n_calls_in_hour"].sum() == 22_176
    per_hour = counted.select("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").to_numpy().T.ravel()
    fitted = np.array(table.hour_of_week_shape) * table.calls_per_year.value / (24 * 365.25)
    # The count is printed to 4 decimals; months weigh on weekdays by under 1 %.
    np.testing.assert_allclose(fitted, per_hour, rtol=0.01, atol=1e-4)

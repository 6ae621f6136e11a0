"""Rates, months, mix and shares fitted to calls without a calendar day."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import cli
from sim.config import InputError, compose
from sim.config.groups.shapes import Shape
from sim.config.models import Demand
from sim.history.faults import LogError
from sim.history.fitting import fit_log, without_days
from sim.history.fitting.options import About, read_about
from sim.history.fitting.rates import MEAN_MONTH_DAYS
from sim.history.fitting.tables import DemandTable
from sim.history.fitting.without_days import WithoutDays, fit_without_days
from sim.history.log import COLUMNS, CallLog, Excluded
from sim.history.reading.read import read_log
from sim.report.fitting import text

REPOSITORY = Path(__file__).resolve().parents[1]
ROWS = Path(os.environ.get("CORESPONDER_ROWS") or REPOSITORY.parent / "shared" / "data")
TORONTO = ROWS / "toronto_persons_in_crisis_2014_15.csv.gz"
HOUR_OF_WEEK_2014 = ROWS / "toronto_2014_hour_of_week.csv"
needs_rows = pytest.mark.skipif(
    not (TORONTO.is_file() and HOUR_OF_WEEK_2014.is_file()),
    reason="the Toronto rows are not here; name their folder in CORESPONDER_ROWS",
)
SCHEMA = ("year", "month", "weekday", "hour", "call_type", "zone")

Row = tuple[int, int, int, int, str, str]


def row(day: date, hour: int, kind: str = "overdose", zone: str = "d51") -> Row:
    return (day.year, day.month, day.isoweekday(), hour, kind, zone)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(SCHEMA), orient="row")


def noons(first: date, last: date) -> list[Row]:
    return [row(day, 12) for day in days(first, last)]


def fit(rows: list[Row] | pl.DataFrame, drop: dict | None = None) -> WithoutDays:
    return fit_without_days(rows if isinstance(rows, pl.DataFrame) else frame(rows), drop or {})


def log_of(rows: pl.DataFrame, name: str = "calls.csv", excluded: tuple = ()) -> CallLog:
    first, last = date(2014, 1, 1), date(2014, 12, 31)
    empty = pl.DataFrame(schema=COLUMNS)
    return CallLog(empty, name, "ab" * 32, first, last, list(excluded), False, rows)


YEAR = noons(date(2014, 1, 1), date(2014, 12, 31))


# --- answers worked by hand ----------------------------------------------------------------------


def test_one_call_every_noon() -> None:
    table = fit(YEAR)
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
    assert np.flatnonzero(fit(rows).hour_of_week_shape).tolist() == [0, 167]


def test_a_product_is_recovered_though_five_months_are_seen_twice() -> None:
    rows = []
    for day in days(date(2014, 1, 1), date(2015, 5, 31)):
        hour, rate = (20, 1) if day.weekday() >= 5 else (10, 2)
        rows += [row(day, hour)] * (rate * (2 if day.month == 1 else 1))
    table = fit(rows)
    # 12 calls a plain week; January twice that, so a year is 365.25 + 31 plain days
    assert [table.hour_of_week_shape[k] for k in (10, 20, 5 * 24 + 20)] == [28.0, 0.0, 14.0]
    assert table.month_factor[0] == pytest.approx(2 * 365.25 / 396.25, abs=1e-6)
    assert table.month_factor[1:] == pytest.approx([365.25 / 396.25] * 11, abs=1e-6)
    assert table.calls_per_year.value == round(12 / 7 * 396.25)
    assert table.source["period"] == "2014-01 to 2015-05, 17 months, 516 days"


def test_a_month_seen_twice_is_averaged_by_exposure() -> None:
    # Each weekday falls four times in either February: (28 * 1 + 28 * 3) / 56 = 2 calls a day
    table = fit(YEAR + 3 * noons(date(2015, 2, 1), date(2015, 2, 28)))
    assert table.month_factor[1] == pytest.approx(2 * 365.25 / 393.5, abs=1e-6)
    assert table.month_factor[0] == pytest.approx(365.25 / 393.5, abs=1e-6)
    assert table.hour_of_week_shape == fit(YEAR).hour_of_week_shape


def test_range_of_calls_a_year_spans_the_years() -> None:
    calls = fit(YEAR + 3 * noons(date(2015, 2, 1), date(2015, 2, 28))).calls_per_year
    # February's mean is 2 a day. 2014: 393.5 * 365 / (337 + 56); 2015: 393.5 * 84 / 56 = 590.25
    assert calls.value == pytest.approx(393.5, abs=0.5)
    assert "2014: 365, 2015: 590" in calls.source
    spread_2015 = 2 * np.sqrt(84 + (0.1274 * 84) ** 2 / 28) / 84
    assert calls.high == pytest.approx(590.25 * (1 + spread_2015), abs=0.5)
    assert calls.low < 365


def test_exposure_counts_weekdays_of_the_calendar() -> None:
    exposure = without_days._weekdays([(2014, 1), (2015, 1), (2016, 2)])
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
        call_type=pl.Series((["Person in Crisis"] * 3 + ["Overdose"]) * 91 + ["Overdose"]),
        hour=pl.Series([12] * 219 + [13] * 146),
        zone=pl.Series(["D14"] * 73 + ["D51"] * 292),
    )
    table = fit(rows)
    of_all = pytest.approx((92 / 365, 273 / 365), abs=1e-6)
    assert table.call_types == ("overdose", "person in crisis")
    assert table.call_type_share_by_hour[12] == pytest.approx((54 / 219, 165 / 219), abs=1e-6)
    assert table.call_type_share_by_hour[3] == of_all  # no calls: the mix of all
    assert (table.zones, table.zone_share) == (("d14", "d51"), (0.2, 0.8))


def test_spelling_drift_is_one_name() -> None:
    drift = ["Person in Crisis", " person  in CRISIS", "Person\tin crisis "]
    rows = frame(YEAR).with_columns(
        call_type=pl.Series([drift[k % 3] for k in range(365)]),
        zone=pl.Series([["D51", "d51 "][k % 2] for k in range(365)]),
    )
    table = fit(rows)
    assert (table.call_types, table.zones) == (("person in crisis",), ("d51",))


def test_part_months_and_blanks_are_dropped_and_counted() -> None:
    half_june = noons(date(2015, 6, 1), date(2015, 6, 11))
    blank = [(2014, 1, 1, 4, " ", "d51")] * 2
    rows = frame(YEAR + half_june + blank)
    table = fit(rows, {(2015, 6): "part month, exposure unknown"})
    assert (table.source["n_rows"], table.source["n_used"]) == (378, 365)
    assert table.source["dropped"] == (
        "13 rows: 2 with a blank field, 11 of June 2015 (part month, exposure unknown)"
    )
    assert table.hour_of_week_shape == fit(YEAR).hour_of_week_shape
    assert fit(YEAR + half_june).source["n_used"] == 376


def test_day_factor_cv_is_the_published_variance_ratios() -> None:
    cv = without_days.DAY_FACTOR_CV
    assert [cv.low, cv.value, cv.high] == pytest.approx(
        [(0.21 / 15.4) ** 0.5, (0.87 / 53.6) ** 0.5, (1.23 / 10.7) ** 0.5], abs=5e-5
    )


def test_largest_remainder_gives_the_last_digit_to_the_first_of_equals() -> None:
    assert without_days.rounded(np.ones(3), 1) == (0.333334, 0.333333, 0.333333)
    assert without_days.rounded(np.array([1.0, 2.0]), 1) == (0.333333, 0.666667)
    assert without_days.rounded(np.array([0.0, 4.0]), 168) == (0.0, 168.0)


def test_a_month_without_rows_is_refused() -> None:
    with pytest.raises(InputError, match=r"expected at least one whole month .* in any July"):
        fit(frame(YEAR).filter(pl.col("month") != 7))


# --- small cells ---------------------------------------------------------------------------------


def test_small_types_and_zones_are_pooled_and_no_hour_shows_a_small_cell() -> None:
    rare = [row(date(2014, 3, 3), 12, "rare", "d99")] * 4
    few = [row(date(2014, 3, 3), 15, "few")] * 12
    table = fit(YEAR + rare + few)
    assert table.call_types == ("other", "overdose")  # 4 alone would be told from the total
    assert "d99" not in table.zones
    assert len({table.call_type_share_by_hour[hour] for hour in range(24)}) == 1


# --- properties ----------------------------------------------------------------------------------

ANY_ROW = st.tuples(
    st.sampled_from([2014, 2015]),
    st.integers(1, 12),
    st.integers(1, 7),
    st.integers(0, 23),
    st.sampled_from(["Overdose", "Person in Crisis", "Suicide-related"]),
    st.sampled_from(["D11", "D14", "D51"]),
)
ANY_ROWS = st.lists(ANY_ROW, max_size=60).map(
    lambda rows: [*rows, *((2014, month, 1, 4, "Overdose", "D51") for month in range(1, 13))]
)
quick = settings(max_examples=40, deadline=None)


@quick
@given(ANY_ROWS)
def test_shape_and_months_have_mean_one_and_shares_sum_to_one(rows: list[Row]) -> None:
    table = fit(rows)
    assert np.mean(table.hour_of_week_shape) == pytest.approx(1, abs=1e-12)
    assert np.average(table.month_factor, weights=MEAN_MONTH_DAYS) == pytest.approx(1, abs=1e-6)
    for shares in (table.zone_share, *table.call_type_share_by_hour):
        assert sum(shares) == pytest.approx(1, abs=1e-9)
    assert min(*table.hour_of_week_shape, *table.month_factor, *table.zone_share) >= 0
    assert 0 <= table.calls_per_year.low <= table.calls_per_year.value <= table.calls_per_year.high


@quick
@given(ANY_ROWS)
def test_fitted_totals_are_the_counted_ones(rows: list[Row]) -> None:
    calls = frame(rows)
    counts = without_days._counts(calls)
    exposure = without_days._weekdays(without_days._months_seen(calls))
    rate, factor = without_days._fit_margins(counts, exposure)
    expected = factor[:, None, None] * exposure[:, :, None] * rate
    np.testing.assert_allclose(expected.sum(axis=0), counts.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(expected.sum(axis=(1, 2)), counts.sum(axis=(1, 2)), rtol=1e-9)


@quick
@given(ANY_ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fit(shuffled), fit(rows)
    assert one.calls_per_year == other.calls_per_year
    assert one.hour_of_week_shape == other.hour_of_week_shape
    assert one.zone_share == other.zone_share


# --- the files -----------------------------------------------------------------------------------


def test_what_is_written_is_a_valid_config_and_has_no_publisher_of_another(tmp_path: Path) -> None:
    rows = frame(YEAR).with_columns(zone=pl.lit('no: "é" #1'))
    fitted = fit_log(log_of(rows), name="noons")
    fitted.write(tmp_path)
    assert fitted.texts.keys() == {"demand", "shapes"}  # nothing else can be told from it
    tree = yaml.safe_load(fitted.texts["demand"])
    of_days = {"errors", "holidays", "fitted", "centers"}  # a log without days has none of these
    written = [key for key in DemandTable.__dataclass_fields__ if key not in of_days]
    assert list(tree) == written
    assert tree["source"]["title"] == "calls.csv"
    assert tree["source"]["license"] == ""
    demand = compose(["demand=noons"], tmp_path).demand
    assert tuple(demand.hour_of_week_shape) == fitted.table.hour_of_week_shape
    assert [shape.name for shape in demand.shape_drawn_from] == ["noons"]
    assert demand.zones == ['no: "é" #1']


def test_months_that_the_log_excludes_are_no_exposure(tmp_path: Path) -> None:
    part = Excluded(date(2015, 6, 1), date(2015, 6, 30), "the export ends on an unknown day")
    rows = frame(YEAR + noons(date(2015, 6, 1), date(2015, 6, 11)))
    fitted = fit_log(log_of(rows, excluded=(part,)), name="noons")
    assert fitted.table.source["n_used"] == 365
    assert "11 of June 2015 (the export ends on an unknown day)" in fitted.table.source["dropped"]
    assert "has no calendar day" in text(fitted)


def test_a_file_on_a_log_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "about.yaml"
    file.write_text("titel: ours\n")
    with pytest.raises(InputError, match="titel: unknown key; did you mean 'title'"):
        read_about(file)
    assert About().part_months == []


def test_shipped_toronto_table_has_the_published_daily_shape() -> None:
    shape = compose(["demand=toronto_2014_15"]).demand.hour_of_week_shape
    by_hour = np.reshape(shape, (7, 24)).mean(axis=0)
    assert by_hour.argmin() == 5
    assert by_hour.min() == pytest.approx(0.32, abs=0.03)
    assert by_hour[13:17] == pytest.approx(np.full(4, 1.5), abs=0.1)


def test_shipped_flat_table_is_constant() -> None:
    tree = yaml.safe_load((REPOSITORY / "configs/demand/flat.yaml").read_text("utf-8"))
    demand = Demand.model_validate(tree)
    assert {*demand.hour_of_week_shape, *demand.month_factor} == {1.0}
    assert demand.day_factor_cv.value == 0


@needs_rows
def test_shipped_toronto_files_are_what_the_command_makes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    name, out = "toronto_2014_15", tmp_path / "toronto"
    about = ["--about", f"configs/fits/{name}.yaml", "--name", name]
    assert cli.main(["fit", str(TORONTO), *about, "--out", str(out), "--yes"]) == 0
    shipped, made = (folder / "demand" / f"{name}.yaml" for folder in (Path("configs"), out))
    assert made.read_bytes() == shipped.read_bytes()
    shape, ours = (
        Shape.model_validate(
            yaml.safe_load((folder / "shapes" / f"{name}.yaml").read_text("utf-8"))
        )
        for folder in (Path("configs"), out)
    )
    assert ours.rate == pytest.approx(shape.rate, abs=1e-4)
    assert ours.log_se == pytest.approx(shape.log_se, abs=1e-4)
    assert ours.source == shape.source


@needs_rows
def test_rates_of_2014_agree_with_an_independent_count() -> None:
    counted = pl.read_csv(HOUR_OF_WEEK_2014)
    table = fit(read_log(TORONTO)[0].without_days.filter(pl.col("year") == 2014))
    assert table.source["n_used"] == counted["n_calls_in_hour"].sum() == 22_176
    per_hour = counted.select("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").to_numpy().T.ravel()
    fitted = np.array(table.hour_of_week_shape) * table.calls_per_year.value / (24 * 365.25)
    # The count is printed to 4 decimals; months weigh on weekdays by under 1%.
    np.testing.assert_allclose(fitted, per_hour, rtol=0.01, atol=1e-4)


# --- reading -------------------------------------------------------------------------------------

HEADER = "event_year,event_month,event_dow,event_hour,call_type,zone"
GOOD = "2014,January,Monday,4,Overdose,D51"


def read(tmp_path: Path, *lines: str) -> tuple[CallLog, object]:
    path = tmp_path / "calls.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8-sig")
    return read_log(path)


def test_names_numbers_and_short_names_are_read_alike(tmp_path: Path) -> None:
    log, report = read(tmp_path, GOOD, "2014,may,SUNDAY,07,,D51", "2014,5,7,7,x,", "2014,,Mon,1,,")
    rows = log.without_days.rows()
    assert rows[0] == (2014, 1, 1, 4, "Overdose", "D51")
    assert rows[1][:4] == rows[2][:4] == (2014, 5, 7, 7)
    assert (report.rows_read, report.used, report.rejected) == (4, 3, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2014,January,Monday,24,a,b", "event_hour: expected a whole hour from 0 to 23, got '24'"),
        ("2014,Janvier,Monday,4,a,b", "event_month: expected a month, .* got 'Janvier'"),
        ("2014,January,Lundi,4,a,b", "event_dow: expected a weekday, .* got 'Lundi'"),
        ("14,January,Monday,4,a,b", "event_year: expected a year from 1900 to 2100, got '14'"),
    ],
)
def test_a_column_of_other_values_is_named_with_some_of_them(tmp_path, line, said) -> None:
    with pytest.raises(LogError, match=said) as caught:
        read(tmp_path, *[GOOD] * 9, line)
    assert "\n" not in str(caught.value)


def test_no_place_is_in_the_code_of_history() -> None:
    files = [*(REPOSITORY / "sim" / "history").rglob("*.py")]
    assert files
    assert not [file.name for file in files if "toronto" in file.read_text("utf-8").lower()]

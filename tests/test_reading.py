"""Reading exports: each trap of real ones, as it must come out."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import cli
from sim.history.faults import LogError
from sim.history.reading.columns import proposed
from sim.history.reading.read import Options, read_log

TRAPS = Path(__file__).parent / "data" / "cad_traps"
TRUTH = json.loads((TRAPS / "truth.json").read_text(encoding="utf-8"))
FIGURES = (
    *("rows_read", "calls", "mental_health_calls", "first_received", "last_received"),
    "median_received_to_arrived_min",
)
COUNTED = {
    "duplicates": "duplicates",
    "officer_initiated": "officer initiated",
    "over_midnight": "over midnight",
    "rejected": "rejected",
    "blank_arrivals": "arrived: never",
    "midnight_stamps": "arrived: midnight for no time",
    "dispatched_before_received": "dispatched: before received",
    "arrived_a_year_late": "arrived: a year late",
    "cleared_a_day_late": "cleared: a day late",
}
READ = [name for name, truth in TRUTH.items() if "exit" not in truth]


@pytest.mark.parametrize("name", READ)
def test_a_trap_comes_out_as_its_truth(name: str) -> None:
    truth = TRUTH[name]
    log, report = read_log(TRAPS / name)
    for figure in FIGURES:
        if figure in truth:
            assert getattr(report, figure) == truth[figure], figure
    for figure, what in COUNTED.items():
        if figure in truth:
            assert report.counts.get(what) == truth[figure], figure
    assert report.rows_read == report.used + report.repaired + report.rejected
    assert sum(report.rows_by_kind.values()) == report.rows_read
    assert report.rows_by_kind["calls"] == report.calls
    assert log.calls.height == truth["mental_health_calls"]


def test_a_hole_is_no_exposure() -> None:
    _, report = read_log(TRAPS / "12_codes_change_and_a_hole.csv")
    (hole,) = report.holes
    first, last = TRUTH["12_codes_change_and_a_hole.csv"]["hole"]
    assert str(hole.first) == first
    assert abs((hole.last - pl.Series([last]).str.to_date()[0]).days) <= 1
    assert any("MENTAL COMPLAINT" in warning for warning in report.warnings)


def test_a_scope_that_widens_is_said() -> None:
    _, report = read_log(TRAPS / "18_scope_widens.csv")
    assert any("begun by officers appear from 2024-03" in x for x in report.warnings)


def test_day_and_month_that_cannot_be_told_apart_are_refused_and_then_taken_as_said() -> None:
    path = TRAPS / "11_ambiguous_dates.csv"
    with pytest.raises(LogError, match="--date-format mdy or dmy") as caught:
        read_log(path)
    assert str(caught.value).count("2024 ") == 5
    truth = TRUTH[path.name]["with_format_day_first"]
    _, report = read_log(path, Options(date_format="dmy"))
    assert (report.calls, report.mental_health_calls) == (
        truth["calls"],
        truth["mental_health_calls"],
    )


def test_names_and_free_text_reach_nothing(tmp_path: Path, capsys) -> None:
    name = "14_formulas_and_names.csv"
    assert cli.main(["fit", str(TRAPS / name), "--out", str(tmp_path / "city")]) == 0
    shown = capsys.readouterr().out
    written = "".join(x.read_text() for x in (tmp_path / "city").rglob("*") if x.is_file())
    for word in TRUTH[name]["must_not_appear"]:
        assert word not in shown + written


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "exit" in truth])
def test_what_cannot_be_read_is_one_line_and_nothing_is_written(name, tmp_path, capsys) -> None:
    out = tmp_path / "city"
    assert cli.main(["fit", str(TRAPS / name), "--out", str(out), "--yes"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not out.exists()


def test_columns_are_confirmed_before_anything_is_fitted(tmp_path: Path, capsys) -> None:
    path, out = TRAPS / "01_plain_us12.csv", tmp_path / "my_city"
    assert cli.main(["fit", str(path), "--out", str(out)]) == 0
    assert "--columns" in capsys.readouterr().out
    assert not (out / "demand").exists()
    words = ["fit", str(path), "--out", str(out), "--columns", str(out / "mapping.yaml")]
    assert cli.main(words) == 0
    assert (out / "demand" / "my_city.yaml").is_file()


@pytest.mark.parametrize(
    ("names", "role", "column"),
    [
        (["NOPD_Item", "TypeText", "TimeCreate", "TimeArrive"], "received", "TimeCreate"),
        (
            ["CAD Event Number", "Initial Call Type", "Original Time Queued"],
            "type",
            "Initial Call Type",
        ),
        (["CAD_EVNT_ID", "TYP_DESC", "ADD_TS", "ARRIVD_TS"], "arrived", "ARRIVD_TS"),
        (["inci_id", "calltime", "nature", "secs_to_arrv"], "arrived_after", "secs_to_arrv"),
        (
            ["Record_ID", "Description", "Received_Date", "Received_Time"],
            "received_date",
            "Received_Date",
        ),
    ],
)
def test_columns_of_public_exports_are_known(names, role, column) -> None:
    assert proposed(names)[role] == column


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        ("\n\n", "an empty file"),
        ("id,received\n1,2024-01-01 10:00\n", "a column with the type of call"),
        ("id,type\n1,MENTAL\n", "a column of when calls were received"),
        ("id,type,received\n", "expected rows of calls under its head"),
        ("id,type,received\n1,MENTAL,yesterday\n", "in one of the known formats"),
        ("id,type,received\n1,THEFT,2024-01-01 10:00\n", "words such as mental"),
    ],
)
def test_logs_that_cannot_be_used_say_what_is_missing(text, said, tmp_path, capsys) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(text)
    assert cli.main(["fit", str(file), "--out", str(tmp_path / "x"), "--yes"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path_factory, data) -> None:
    name = data.draw(st.sampled_from(READ))
    content = bytearray((TRAPS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at : at + data.draw(st.integers(1, 400))]
    packed = data.draw(st.booleans())
    folder = tmp_path_factory.mktemp("mutated")
    file = folder / f"calls.csv{'.gz' if packed else ''}"
    file.write_bytes(gzip.compress(bytes(content)) if packed else bytes(content))
    try:
        _, report = read_log(file)
    except LogError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert report.rows_read == report.used + report.repaired + report.rejected


# --- months without codes ------------------------------------------------------------------------


def of_months(share: list[float], per_day: int = 40) -> str:
    """A log of 2024 with so many calls a day, of which a share is of mental health, by month."""
    lines, number = ["Incident,Call Type,Received"], 0
    for month, some in enumerate(share, 1):
        for day in range(1, 29):
            for call in range(per_day):
                number += 1
                mental = (call * some * 1000) % 1000 < some * 1000
                kind = "MENTAL HEALTH" if mental else "NOISE"
                lines.append(f"{number},{kind},2024-{month:02d}-{day:02d} {call % 24:02d}:30")
    return "\n".join(lines)


def test_months_in_which_the_codes_are_others_are_no_exposure(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(of_months([0.2, 0.01, 0.01, 0.2, 0.2, 0.2]))
    log, _ = read_log(tmp_path / "calls.csv")
    gone = [x for x in log.excluded if "hardly a code" in x.reason]
    assert [str(x.first) for x in gone] == ["2024-02-01", "2024-03-01"]
    assert [str(x.last) for x in gone] == ["2024-02-29", "2024-03-31"]
    whole, _ = read_log(tmp_path / "calls.csv", Options(every_day=True))
    assert whole.excluded == []


def test_months_with_fewer_calls_of_mental_health_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(of_months([0.2, 0.1, 0.15, 0.2, 0.08, 0.2]))
    log, _ = read_log(tmp_path / "calls.csv")
    assert not [x for x in log.excluded if "hardly a code" in x.reason]


def test_rejected_rows_have_a_file_with_the_reason_and_no_names(tmp_path: Path) -> None:
    rows = "\n".join(
        f"{n},MENTAL,2024-01-{1 + n % 28:02d} {n % 24:02d}:00,Jane" for n in range(300)
    )
    text = f"Incident,Call Type,Received,Caller\n{rows}\n999,MENTAL,=cmd|x,Joe\n"
    (tmp_path / "calls.csv").write_text(text)
    out = tmp_path / "ours"
    assert cli.main(["fit", str(tmp_path / "calls.csv"), "--out", str(out), "--yes"]) == 0
    rejected = (out / "rejected.csv").read_text()
    assert "302,no stamp of when it was received,'=cmd|x" in rejected
    assert not any("Jane" in path.read_text() for path in out.glob("*.*") if path.suffix != ".png")


# --- workbooks -----------------------------------------------------------------------------------

CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(path: Path, sheets: dict[str, list[list[str | float]]]) -> Path:
    """A workbook as spreadsheets write it: texts inline, numbers as numbers."""
    names = list(enumerate(sheets, 1))
    entries = "".join(f'<sheet name="{x}" sheetId="{n}" r:id="r{n}"/>' for n, x in names)
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="sheet{n}.xml"/>'
        for n, _ in names
    )
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    types = (
        f'<Default Extension="rels" ContentType="{RELATIONS}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT}"/>'
    )
    with zipfile.ZipFile(path, "w") as book:
        content = "http://schemas.openxmlformats.org/package/2006/content-types"
        book.writestr("[Content_Types].xml", f'<Types xmlns="{content}">{types}</Types>')
        book.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{root}</Relationships>')
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>',
        )
        for (n, _), rows in zip(names, sheets.values(), strict=True):
            body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            text = f'<worksheet xmlns="{SHEET}"><sheetData>{body}</sheetData></worksheet>'
            book.writestr(f"xl/sheet{n}.xml", text)
    return path


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


def calls_of_a_workbook() -> list[list[str | float]]:
    """Stamps as a spreadsheet's serial numbers: 45292 is 2024-01-01."""
    head: list[str | float] = ["Incident", "Call Type", "Received", "On Scene"]
    rows: list[list[str | float]] = [
        [float(n), "MENTAL HEALTH", 45292 + n / 4 + 0.5, 45292 + n / 4 + 0.5 + 10 / 1440]
        for n in range(120)
    ]
    return [head, *rows]


def test_a_workbook_is_read_with_its_serial_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "calls.xlsx", {"Calls": calls_of_a_workbook()})
    log, report = read_log(path)
    assert (report.rows_read, report.mental_health_calls) == (120, 120)
    assert report.first_received == "2024-01-01 12:00:00"
    assert report.median_received_to_arrived_min == pytest.approx(10)
    assert log.calls["row"].to_list()[:2] == [2, 3]


def test_a_sheet_before_the_data_is_passed_over_by_name(tmp_path: Path) -> None:
    sheets = {"Notes": [["Prepared by the records unit"]], "Data": calls_of_a_workbook()}
    path = workbook(tmp_path / "calls.xlsx", sheets)
    for options in (Options(), Options(sheet="Data")):
        assert read_log(path, options)[1].mental_health_calls == 120
    with pytest.raises(LogError, match="--sheet: expected one of Notes, Data, got 'Other'"):
        read_log(path, Options(sheet="Other"))


def test_a_damaged_workbook_is_one_line(tmp_path: Path) -> None:
    path = workbook(tmp_path / "calls.xlsx", {"Calls": calls_of_a_workbook()})
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(LogError, match="expected a workbook, got one that cannot be read"):
        read_log(path)


@pytest.mark.parametrize("seconds", ["3e43", "-1e300", "nan", "inf", "9" * 30])
def test_a_time_after_the_call_that_no_clock_has_is_blank(seconds: str, tmp_path: Path) -> None:
    rows = "\n".join(f"{n},MENTAL,2024-01-{1 + n % 28:02d} 05:00,60" for n in range(40))
    text = (
        f"Incident,Call Type,Received,secs_to_arrv\n{rows}\n99,MENTAL,2024-01-30 05:00,{seconds}\n"
    )
    (tmp_path / "calls.csv").write_text(text)
    log, report = read_log(tmp_path / "calls.csv")
    assert report.mental_health_calls == 41
    assert log.calls.filter(pl.col("row") == 42)["arrived_at"].to_list() == [None]


# --- files beside the log, and where the configs go ----------------------------------------------


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    rows = "\n".join(f"{n},MENTAL,2024-01-{1 + n % 28:02d} {n % 24:02d}:00" for n in range(200))
    (tmp_path / "calls.csv").write_text(f"Incident,Call Type,Received\n{rows}\n")
    return tmp_path / "calls.csv"


@pytest.mark.parametrize("option", ["--columns", "--rules", "--about"])
@pytest.mark.parametrize("text", ["a: 2024-13-45", "[" * 4000, "a: &x [*x]", "!!python/name:os"])
def test_yaml_that_is_none_is_one_line(option, text, log_file, tmp_path, capsys) -> None:
    (tmp_path / "said.yaml").write_text(text)
    words = ["fit", str(log_file), "--yes", "--out", str(tmp_path / "x")]
    assert cli.main([*words, option, str(tmp_path / "said.yaml")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "why"),
    [
        *((out, "error: --out: expected a folder") for out in ("/dev/null", "/proc/x")),
        ("a" * 300, f"error: {60 * 'a'}...: expected the name of a file or folder, got one"),
    ],
    ids=["device", "system", "long"],
)
def test_a_folder_that_cannot_be_written_is_one_line(out, why, log_file, capsys) -> None:
    for words in ([], ["--yes"]):
        assert cli.main(["fit", str(log_file), "--out", out, *words]) == 2
        assert capsys.readouterr().err.startswith(why)


@pytest.mark.parametrize("mark", ["abc", "é", ""])
def test_a_delimiter_is_one_mark(mark, log_file) -> None:
    with pytest.raises(LogError, match="--delimiter: expected one mark"):
        read_log(log_file, Options(delimiter=mark))


def test_a_thousand_words_and_codes_are_looked_for(tmp_path: Path, log_file: Path) -> None:
    words = [f"w{n}" for n in range(20_000)]
    (tmp_path / "rules.yaml").write_text(json.dumps({"words": words, "codes": ["MENTAL"]}))
    log, _ = read_log(log_file, Options(rules=tmp_path / "rules.yaml"))
    assert log.calls.height == 200


def test_a_year_beyond_calendars_stands_for_no_date(tmp_path: Path) -> None:
    rows = "\n".join(f"{n},MENTAL,2024-01-{1 + n % 28:02d} 05:00" for n in range(300))
    text = f"Incident,Call Type,Received\n{rows}\n999,MENTAL,9999-12-31 05:00\n"
    (tmp_path / "calls.csv").write_text(text)
    _, report = read_log(tmp_path / "calls.csv")
    assert report.last_received.startswith("2024")


def test_a_pipe_is_not_waited_for(tmp_path: Path, log_file: Path, capsys) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert cli.main(["fit", str(tmp_path / "pipe"), "--yes"]) == 2
    for option in ("--columns", "--rules", "--about"):
        assert cli.main(["fit", str(log_file), "--yes", option, str(tmp_path / "pipe")]) == 2
    (tmp_path / "demand").mkdir()
    os.mkfifo(tmp_path / "demand" / "ours.yaml")
    assert cli.main(["run", "1", "demand=ours", "--config-dir", str(tmp_path)]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 5
    assert all(line.startswith("error: ") for line in errors)


def test_a_log_of_more_columns_than_any_has_is_refused(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(50_000))
    (tmp_path / "calls.csv").write_text(f"{names}\n{names}\n")
    with pytest.raises(LogError, match="expected 2,000 columns or fewer, got 50,000"):
        read_log(tmp_path / "calls.csv")

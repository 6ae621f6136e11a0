"""The command line: exit codes, one line for every fault, JSON alone, no half results."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.config import program_names

SMALL = [
    *("run.window_days=14", "--replications", "2", "--draws", "0"),
    *("--engine", "simpy", "--cores", "1"),
]
COMMAND = [sys.executable, "-m", "sim.cli"]
HOME = Path(__file__).resolve().parent.parent


@pytest.fixture
def results(tmp_path) -> Path:
    return tmp_path / "results"


@pytest.fixture
def run(capsys, results):
    """Return a function that runs a command line here: (exit code, stdout, stderr)."""

    def main(*words: str) -> tuple[int, str, str]:
        code = cli.main([*words, "--results", str(results)])
        out, err = capsys.readouterr()
        return code, out, err

    return main


# --- help ----------------------------------------------------------------------------------------


def test_help_is_quick_and_loads_no_library():
    program = (
        "import sys, sim.cli; sim.cli.main(['--help']);"
        "print([m for m in ('numpy', 'scipy', 'hydra', 'matplotlib', 'numba', 'polars', 'pydantic')"
        " if m in sys.modules])"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=HOME, check=True
    )
    assert time.monotonic() - began < 2  # half a second on a machine that does nothing else
    assert "compare" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "Usage: coresponder"), (["--version"], f"coresponder {sim.__version__}\n")],
)
def test_no_verb_shows_the_help_and_there_is_a_version(words, said, capsys):
    assert cli.main(words) == 0
    assert said in capsys.readouterr().out


def test_public_names_are_there_and_others_are_not():
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing


# --- programs ------------------------------------------------------------------------------------


def test_programs_are_listed_and_told_of(capsys):
    assert cli.main(["programs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [program["name"] for program in told["programs"]] == sorted(program_names())
    assert cli.main(["programs", "--full"]) == 0
    assert capsys.readouterr().out.count("\n  could be checked: ") == len(program_names())
    brief = ["run.window_days=7", "run.replications=2", "--draws", "2", "--check", "none"]
    assert cli.main(["programs", "los_angeles", "boulder", "--full", *brief]) == 0
    told = capsys.readouterr().out
    assert told.startswith("los_angeles: Los Angeles")
    assert "\n\nboulder: Boulder County CO" in told
    assert cli.main(["programs", "johnson", "--json", *brief]) == 0
    (tree,) = json.loads(capsys.readouterr().out)["programs"]
    assert tree["held_out"][0]["predictive"]["draws"] == 2


def test_the_page_of_programs_is_printed_and_nothing_else(capsys):
    brief = ["run.window_days=7", "--replications", "2", "--seed", "3", "--cores", "1"]
    brief += ["--draws", "3"]
    assert cli.main(["programs", "johnson", "--markdown", *brief]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("# Programs\n")
    assert "mean of 2 years" in out
    assert "3 draws of all assumptions" in out
    assert re.findall(r"^## (.*)$", out, re.MULTILINE) == ["Johnson County KS, co-responders"]


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "then"),
    [(["compare", "4", "3"], ""), (["grant", "17", "12"], "As a document: coresponder report ")],
)
def test_one_screen_is_printed_and_with_full_everything(words, then, run, results):
    for option, file in ((), "answer.txt"), (("--full",), "full.txt"):
        code, out, err = run(*words, *SMALL, *option)
        assert (code, err) == (0, "")
        assert (len(out.splitlines()) <= 30) == (not option)
        (folder,) = results.iterdir()
        last = f"{then}{folder}\n" if then else ""
        text = (folder / file).read_text(encoding="utf-8")
        assert out == f"Results: {folder}\n\n{text}{last}"
        shutil.rmtree(folder)


def test_a_narrow_terminal_is_heeded(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    _, out, _ = run("run", "4", *SMALL, "--no-figures")
    lines = out.partition("\n\n")[2].splitlines()
    assert max(len(x) for x in lines if not x.startswith("Next")) <= 72  # a command is not broken


def test_run_of_one_plan_in_json_and_nothing_else(run, results):
    code, out, err = run("run", "4", *SMALL, "--no-figures", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [plan["name"] for plan in told["plans"]] == ["4"]
    assert told["differences"] == []
    (folder,) = results.iterdir()
    assert (folder / "summary.json").read_text(encoding="utf-8") == out


GRANT_FILES = {
    *("answer.txt", "full.txt", "summary.json", "grant.csv", "crosswalk.csv", "config.yaml"),
    *("run.json", "hours.csv", "hours_of_day.csv", "zones.csv", "quarters.png", "quarters.svg"),
}


def test_the_command_in_run_json_gives_the_same_bytes(run, results, tmp_path):
    words = ["program=los_angeles", "demand.growth_factor=1.1", *SMALL]
    run("compare", "17", "12", *words, "--seed", "5", "--no-figures")
    (first,) = results.iterdir()
    name, *again = shlex.split(json.loads((first / "run.json").read_text())["command"])
    assert name == "coresponder"
    command = [*COMMAND, *again, "--results", str(tmp_path / "other")]
    subprocess.run(command, capture_output=True, cwd=HOME, check=True)
    (second,) = (tmp_path / "other").iterdir()
    assert (second / "summary.json").read_bytes() == (first / "summary.json").read_bytes()


def test_the_folder_of_a_grant_can_be_made_again(run, results, tmp_path):
    run("grant", "17", "12", *SMALL, "--start", "2029-01", "--hire", "officer=9")
    (first,) = results.iterdir()
    assert first.name.startswith("grant-")
    assert {path.name for path in first.iterdir()} == GRANT_FILES
    assert "Jan–Mar 2029" in (first / "full.txt").read_text(encoding="utf-8")
    record = json.loads((first / "run.json").read_text())
    assert record["config_hash"] in first.name
    assert str(tmp_path) not in json.dumps(record)
    again = shlex.split(record["command"])[1:]
    assert cli.main([*again, "--results", str(tmp_path / "other")]) == 0
    (second,) = (tmp_path / "other").iterdir()
    for name in GRANT_FILES - {"run.json"}:
        assert (second / name).read_bytes() == (first / name).read_bytes(), name


def test_positions_and_roles_of_a_grant_have_options(run, results):
    words = ["--positions", "clinician=2,officer=2", "--pays", "clinician"]
    code, _, err = run("grant", *words, *SMALL)
    assert (code, err) == (0, "")
    (folder,) = results.iterdir()
    command = json.loads((folder / "run.json").read_text())["command"]
    assert "costs.grant.paid_roles=[clinician]" in shlex.split(command)


def test_people_of_today_have_an_option(run, results):
    code, out, err = run("grant", "1", "--base-positions", "clinician=2,officer=2", *SMALL)
    assert (code, err) == (0, "")
    assert "Plan 1 beyond today's staffing" in out
    (folder,) = results.iterdir()
    command = json.loads((folder / "run.json").read_text())["command"]
    assert "costs.grant.base_positions={clinician: 2,officer: 2}" in shlex.split(command)


def test_people_of_today_are_refused_by_the_name_of_their_option(run):
    code, _, err = run("grant", "1", "--base-positions", "clinician")
    assert code == 2
    assert err.startswith("error: --base-positions: expected role=FTE")


def test_a_grant_in_json_and_nothing_else(run):
    words = ["17", "12", "program=los_angeles", *SMALL, "--planning-months", "3", "--json"]
    code, out, err = run("grant", *words)
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["grant"]["planning_months"] == 3
    assert (len(answer["months"]), len(answer["quarters"])) == (36, 12)
    assert answer["total"]["federal_dollars"] == 550_000
    assert answer["quarters"][1]["contacts"]["mean"] > 0
    assert answer["months"][3]["filled"] == {"clinician": 26, "officer": 26, "supervisor": 6}


def test_python_and_the_command_line_agree(run):
    _, out, _ = run("run", "3", *SMALL, "--no-figures", "--json", "--seed", "9")
    how = {"seed": 9, "replications": 2, "draws": 0, "engine": "simpy", "cores": 1}
    found = sim.run(3, overrides=["run.window_days=14"], **how)
    mean = json.loads(out)["plans"][0]["measures"]["reach_share"]["mean"]
    assert found.main.plans[0].measures["reach_share"].mean == mean


# --- bad input -----------------------------------------------------------------------------------

REFUSED = HOME / "tests" / "golden" / "refused.txt"  # commands, each with its error below it


def test_golden_bad_input_is_one_line_and_exit_2(capsys, results, golden):
    """To test another line, write it into the file and `make golden`."""
    told = ""
    lines = REFUSED.read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith(" ")):
        words = line.split()
        where = ["--results", str(results)] if words[0] in ("compare", "run", "grant") else []
        assert cli.main([*words, *where]) == cli.EXIT_BAD_INPUT, line
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1), line
        told += f"{line}\n    {err}"
    assert not results.exists()
    golden(told, REFUSED.name)


RUNS = {
    "compare": "sim.scenarios.comparison.compare.compared",
    "grant": "sim.scenarios.grant.grant.granted",
}


@pytest.mark.parametrize("verb", RUNS)
def test_a_folder_that_cannot_be_written_stops_before_the_run(verb, capsys, tmp_path, monkeypatch):
    def not_to_be_called(*_args, **_named):
        raise AssertionError("it ran")

    monkeypatch.setattr(RUNS[verb], not_to_be_called)
    (tmp_path / "file").write_text("")
    assert cli.main([verb, "4", "3", "--results", str(tmp_path / "file" / "x")]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    place = tmp_path / "file" / "x"
    assert f"--results: expected a folder that can be written, got {place} (" in err


# --- faults and interrupts -----------------------------------------------------------------------


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_fault_is_one_line_and_exit_1_and_debug_shows_where(debug, run, results, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(RUNS["compare"], broken)
    monkeypatch.setenv(cli.DEBUG, debug)
    code, out, err = run("compare", "4", "3")
    assert (code, out) == (1, "")
    one_line = f"fault: RuntimeError: two lines ({cli.DEBUG}=1 shows where)\n"
    assert ("Traceback" in err, err == one_line) == (bool(debug), not debug)
    assert not results.exists()


@pytest.mark.parametrize(
    ("verb", "writes"),
    [("compare", "drawing.rendered"), ("grant", "grant.tables.crosswalk_rows")],
)
def test_a_failure_while_writing_leaves_nothing(verb, writes, run, results, monkeypatch):
    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"sim.report.{writes}", full)
    code, _, err = run(verb, "4", "3", *SMALL)
    assert code == 1
    assert len(err.splitlines()) == 1
    assert f"in {results}, got 'No space left on device'" in err
    assert not results.exists()


@pytest.mark.parametrize(
    ("number", "cores"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGTERM, "2")]
)
def test_an_interrupt_ends_with_its_code_and_leaves_no_folder(results, number, cores):
    words = ["compare", "17", "12", "program=los_angeles", "run.window_years=20"]
    how = ["--engine", "simpy", "--cores", cores, "--results", str(results)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": HOME}
    running = subprocess.Popen([*COMMAND, *words, *how], start_new_session=True, **pipes)
    try:
        _wait_until(results.exists)
        time.sleep(0.5)
        os.killpg(running.pid, number)  # as a terminal does: to the workers as well
        out, err = running.communicate(timeout=30)
    except BaseException:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        raise
    assert running.returncode == 128 + number
    ended = "ended from outside by SIGTERM, not by Ctrl-C; nothing was kept, so run it again"
    said = "interrupted; nothing was kept" if number == signal.SIGINT else ended
    assert (out, err) == ("", f"{said}\n")
    assert not results.exists()


def _wait_until(true, patience_s: float = 30) -> None:
    until = time.monotonic() + patience_s
    while not true() and time.monotonic() < until:
        time.sleep(0.02)


def test_a_closed_pipe_is_no_fault():
    program = "from sim.verbs.words import say; say('x' * 1_000_000)"
    line = f"set -o pipefail; {shlex.join([sys.executable, '-c', program])} | head -c 1"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, cwd=HOME, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "x", "")


def test_the_list_of_verbs_is_not_cut(capsys) -> None:
    assert cli.main(["--help"]) == 0
    told = capsys.readouterr().out
    assert "..." not in told.partition("Commands:")[2]

"""The command line: exit codes, one line for every fault, JSON alone, no half results."""

import json
import os
import re
import shlex
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


def test_no_verb_shows_the_help(capsys):
    assert cli.main([]) == 0
    assert "Usage: coresponder" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"coresponder {sim.__version__}\n"


def test_public_names_are_there_and_others_are_not():
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing


# --- programs ------------------------------------------------------------------------------------


def test_programs_are_listed_and_told_of(capsys):
    assert cli.main(["programs"]) == 0
    listed = capsys.readouterr().out
    for name in program_names():
        assert f"\n{name} " in listed
    assert cli.main(["programs", "--full"]) == 0
    assert capsys.readouterr().out.count("\n  could be checked: ") == len(program_names())
    assert cli.main(["programs", "los_angeles", "boulder", "--full"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("los_angeles: Los Angeles")
    assert "- Travel: " in told
    assert "\n\nboulder: Boulder County CO" in told


def test_programs_as_json(capsys):
    assert cli.main(["programs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [program["name"] for program in told["programs"]] == sorted(program_names())


def test_the_page_of_programs_is_printed_and_nothing_else(capsys):
    brief = ["run.window_days=7", "--replications", "2", "--seed", "3", "--cores", "1"]
    assert cli.main(["programs", "johnson", "--markdown", *brief]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("# Programs\n")
    assert "mean of 2 years" in out
    assert re.findall(r"^## (.*)$", out, re.MULTILINE) == ["Johnson County KS, co-responders"]


# --- answers -------------------------------------------------------------------------------------


def test_compare_prints_one_screen_and_where_the_rest_is(run, results):
    code, out, err = run("compare", "4", "3", *SMALL, "--no-figures")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) <= 30
    (folder,) = results.iterdir()
    assert out == f"Results: {folder}\n\n{(folder / 'answer.txt').read_text(encoding='utf-8')}"


def test_full_prints_everything_and_a_narrow_terminal_is_heeded(run, results, monkeypatch):
    _, out, _ = run("compare", "4", "3", *SMALL, "--no-figures", "--full")
    (folder,) = results.iterdir()
    assert out.endswith((folder / "full.txt").read_text(encoding="utf-8"))
    assert len(out.splitlines()) > 100
    monkeypatch.setenv("COLUMNS", "72")
    _, out, _ = run("run", "4", *SMALL, "--no-figures")
    assert max(map(len, out.partition("\n\n")[2].splitlines())) <= 72


def test_a_trace_lists_breaks(run, results):
    words = ["towns_3x8", "demand=three_towns", "travel=three_towns", "dispatch=districts"]
    how = ["--no-figures", "--trace", "--full"]
    code, out, err = run("run", *words, "service=with_breaks", *SMALL, *how)
    assert (code, err) == (0, "")
    listed = out.partition("in replication 0, from SimPy: ")[2]
    assert "break starts (meal)" in listed
    (folder,) = results.iterdir()
    trace = (folder / "trace.csv").read_text(encoding="utf-8")
    assert ",break starts (documentation)," in trace
    assert all(len(line.split(",")) == 6 for line in trace.splitlines())


def test_run_of_one_plan_in_json_and_nothing_else(run, results):
    code, out, err = run("run", "4", *SMALL, "--no-figures", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [plan["name"] for plan in told["plans"]] == ["4"]
    assert told["differences"] == []
    (folder,) = results.iterdir()
    assert (folder / "summary.json").read_text(encoding="utf-8") == out


def test_the_command_in_run_json_gives_the_same_bytes(run, results, tmp_path):
    words = ["program=los_angeles", "demand.growth_factor=1.1", *SMALL]
    run("compare", "17", "12", *words, "--seed", "5", "--no-figures")
    (first,) = results.iterdir()
    name, *again = shlex.split(json.loads((first / "run.json").read_text())["command"])
    assert name == "coresponder"
    other = tmp_path / "other"
    command = [*COMMAND, *again, "--results", str(other)]
    subprocess.run(command, capture_output=True, cwd=HOME, check=True)
    (second,) = other.iterdir()
    assert (second / "summary.json").read_bytes() == (first / "summary.json").read_bytes()


def test_python_and_the_command_line_agree(run):
    _, out, _ = run("run", "3", *SMALL, "--no-figures", "--json", "--seed", "9")
    found = sim.run(
        3,
        overrides=["run.window_days=14"],
        seed=9,
        replications=2,
        draws=0,
        engine="simpy",
        cores=1,
    )
    mean = json.loads(out)["plans"][0]["measures"]["reach_share"]["mean"]
    assert found.main.plans[0].measures["reach_share"].mean == mean


# --- bad input -----------------------------------------------------------------------------------

BAD = {
    "compare 17": "compare: expected two plans or a program with plans of its own, got 17 and",
    "run 17 12": "run: expected one plan, got 2 (17, 12)",
    "compare 17 17": "expected every plan once, got 17 twice",
    "compare 17 -1": "plan: expected a whole number of 24/7 posts from 0 to 1,000, got -1",
    "compare 17 1.5": "plan: expected a whole number of 24/7 posts from 0 to 1,000, got 1.5",
    "compare 17 100000": "from 0 to 1,000",
    "compare 17 unit_shift_12": "did you mean 'unit_shifts_12'?",
    "compare 17 12 --teem 3": "unknown option '--teem'",
    "compare 17 12 --replication 3": "did you mean '--replications'?",
    "compare 17 12 -x": "unknown option '-x'",
    "compare 17 12 --seed abc": "--seed",
    "compare 17 12 --seed -1": "run.seed",
    "compare 17 12 --replications 1": "run.replications",
    "compare 17 12 --cores 0": "run.cores",
    "compare 17 12 --engine fast": "auto, simpy, compiled",
    "compare 17 12 --check some": "four_weeks, full, none",
    "compare 17 12 --config-dir nowhere": "--config-dir: expected a folder, got 'nowhere'",
    "compare 17 12 program=los_angels": "did you mean 'los_angeles'?",
    "compare 17 12 demand.growth_facter=2": "did you mean 'growth_factor'?",
    "compare 17 12 demand.growth_factor=-2": "demand.growth_factor",
    "compare 17 12 demand.growth_factor=nan": "demand.growth_factor",
    "compare 17 12 =3": "expected a plan or key=value, got '=3'",
    "programs los": "unknown program 'los'",
    "programs a=b": "programs: expected names",
    "programs --seed 3": "programs: expected names",
    "programs los --markdown": "unknown program 'los'",
    "programs johnson --markdown run.replication=3": "run.replication",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_input_is_one_line_and_exit_2(line, capsys, results):
    words = line.split()
    where = [] if words[0] == "programs" else ["--results", str(results)]
    assert cli.main([*words, *where]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("error: ")
    assert BAD[line] in err
    assert not results.exists()


@pytest.mark.parametrize("words", [["compar", "17", "12"], ["--foo"], ["-1"]])
def test_unknown_verbs_and_options_are_one_line(words, capsys):
    assert cli.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_a_folder_that_cannot_be_written_stops_before_the_run(capsys, tmp_path, monkeypatch):
    def not_to_be_called(*_args, **_named):
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.scenarios.comparison.compare.compared", not_to_be_called)
    (tmp_path / "file").write_text("")
    assert cli.main(["compare", "4", "3", "--results", str(tmp_path / "file" / "x")]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert (
        f"--results: expected a folder that can be written, got {tmp_path / 'file' / 'x'} (" in err
    )


# --- faults and interrupts -----------------------------------------------------------------------


def test_a_fault_is_one_line_and_exit_1(run, results, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("sim.scenarios.comparison.compare.compared", broken)
    monkeypatch.delenv(cli.DEBUG, raising=False)
    code, out, err = run("compare", "4", "3")
    assert (code, out) == (1, "")
    assert err == f"fault: RuntimeError: two lines ({cli.DEBUG}=1 shows where)\n"
    assert not results.exists()


def test_debug_shows_where(run, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("here")

    monkeypatch.setattr("sim.scenarios.comparison.compare.compared", broken)
    monkeypatch.setenv(cli.DEBUG, "1")
    code, _, err = run("compare", "4", "3")
    assert code == 1
    assert "Traceback" in err


def test_a_failure_while_writing_leaves_nothing(run, results, monkeypatch):
    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.report.drawing.save_all", full)
    code, _, err = run("compare", "4", "3", *SMALL)
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
    running = subprocess.Popen(
        [*COMMAND, *words, *how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=HOME,
        start_new_session=True,
    )
    _wait_until(results.exists)
    time.sleep(0.5)
    os.killpg(running.pid, number)  # as a terminal does: to the workers as well
    out, err = running.communicate(timeout=30)
    assert running.returncode == 128 + number
    assert (out, err) == ("", "interrupted; nothing was kept\n")
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run.seed=1", "run.seed=2"], "run.seed: expected one value, got 1 and 2"),
        (["travel=constant", "travel=constant"], "travel: expected one value, got constant and"),
        (["run.seed=1", "--seed", "2"], "run.seed: expected one value, got 1 and 2"),
    ],
)
def test_a_key_has_one_value(run, words, said):
    code, out, err = run("compare", "2", "1", *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {said}")

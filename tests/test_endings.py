"""How a run ends that cannot say, keep or finish its answer: one line, no half results."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import cli
from sim.report.draft import draft

COMMAND = [sys.executable, "-m", "sim.cli"]
HOME = Path(__file__).resolve().parent.parent
PEOPLE = ["people", "2", "12_and_3_case_managers", "--clinicians", "30", "--officers", "63"]


def _run(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, cwd=HOME, check=False
    )


# --- signs that an encoding has not got ----------------------------------------------------------

SIGNS = "1–2 −3 4×5 … ≥ \u2019 é 漢"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", SIGNS),
        ("cp1252", "1–2 -3 4×5 … >= \u2019 é ?"),
        ("ascii", "1-2 -3 4x5 ... >= ' ? ?"),
    ],
)
def test_what_cannot_be_said_gives_way(encoding, said, monkeypatch, tmp_path):
    own = tmp_path / "configs" / "staffing" / "mine.yaml"
    own.parent.mkdir(parents=True)
    line = "lines: [{name: a, count: 1, pattern: continuous}]"
    own.write_text(f"title: {json.dumps(SIGNS)}\n{line}\n", encoding="utf-8")
    words = ["people", "mine", "--config-dir", str(own.parents[1]), "--results"]

    def printed(*more: str) -> str:
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main([*words, str(tmp_path / "results"), *more]) == 0
        return stream.buffer.getvalue().decode(encoding)

    assert f"Plan mine: {said}\n" in printed("--full")
    assert json.loads(printed("--json"))["plans"][0]["title"] == SIGNS


def test_a_terminal_without_the_signs_gets_the_answer(tmp_path):
    line = shlex.join([*COMMAND, *PEOPLE, "--results", str(tmp_path / "é")])
    done = _run(f"LC_ALL=C PYTHONUTF8=0 {line}")
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (tmp_path / "é").iterdir()
    assert done.stdout.startswith(f"Results: {folder}\n\nOne post ")


# --- a full disk ---------------------------------------------------------------------------------


def test_a_full_disk_keeps_nothing_but_the_answer_is_printed(tmp_path):
    line = shlex.join([*COMMAND, *PEOPLE, "--results", str(tmp_path / "results")])
    done = _run(f"ulimit -f 1; {line}")
    assert done.returncode == 1
    assert done.stdout.startswith("One post ")
    assert len(done.stderr.splitlines()) == 1
    assert f"results in {tmp_path / 'results'}, got 'File too large'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_cannot_be_printed_is_kept(tmp_path):
    line = shlex.join([*COMMAND, *PEOPLE, "--results", str(tmp_path / "results")])
    done = _run(f"{line} > /dev/full")
    (folder,) = (tmp_path / "results").iterdir()
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert f"got 'No space left on device'; it is in {folder}" in done.stderr


# --- streams that are closed, full or no longer read ----------------------------------------------


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_leads_nowhere(closed, tmp_path):
    line = shlex.join([*COMMAND, *PEOPLE, "--results", str(tmp_path / "results")])
    done = _run(f"{line} {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (tmp_path / "results").iterdir()
    assert (folder / "run.json").exists()


@pytest.mark.parametrize("where", ["2>&-", "2> /dev/full", "2> >(true)"])
def test_a_complaint_that_nobody_can_read_leaves_its_exit_code(where):
    done = _run(f"{shlex.join([*COMMAND, 'people', 'nothing=1'])} {where}")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_what_is_said_aside_is_no_fault_where_nobody_can_read_it():
    program = "from sim.stdio import aside; aside('note'); aside('more'); print('on')"
    done = _run(f"{shlex.join([sys.executable, '-c', program])} 2> /dev/full")
    assert (done.returncode, done.stdout) == (0, "on\n")


# --- interrupts and killed runs ------------------------------------------------------------------


def test_forked_workers_end_with_a_parent_that_is_killed():
    program = """
import os, signal, time
from sim.parallel import each
def task(number):
    print(os.getpid(), flush=True)
    time.sleep(0.2)
    if number == 3:
        os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
each(task, range(4), 4, {}.__setitem__)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=HOME, check=False
    )
    assert done.returncode == -signal.SIGKILL  # and the pipe it wrote to is closed by all
    until = time.monotonic() + 30  # a process that ends has closed its pipe before it is gone
    while any(map(_lives, map(int, done.stdout.split()))):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """Whether a process is there, and no mere entry that nobody has waited for."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_while_libraries_are_imported_ends_with_a_line(name, code, tmp_path):
    program = f"""
import os, signal, sys
class AtTyper:
    def find_spec(self, module, *_):
        if module == "typer":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.{name})
sys.meta_path.insert(0, AtTyper())
from sim.cli import main
sys.exit(main(["people", "2", "--results", {str(tmp_path / "results")!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=HOME,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1
    assert "nothing was kept" in done.stderr
    assert (name in done.stderr) == (name != "SIGINT")
    assert list(tmp_path.iterdir()) == []


HOLD = """
import sys
from pathlib import Path
from sim.report.draft import draft
with draft(Path(sys.argv[1])) as unfinished:
    print(unfinished.path.name, flush=True)
    input()
"""


def _held(root: Path) -> tuple[subprocess.Popen[str], str]:
    """Process that holds an unfinished folder, and the folder's name."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HOME,
    )
    return process, process.stdout.readline().strip()


def test_the_next_run_removes_what_killed_ones_left_and_nothing_else(tmp_path):
    killed, left = _held(tmp_path)
    killed.kill()
    killed.communicate()
    running, held = _held(tmp_path)
    assert not (tmp_path / left).exists()
    (tmp_path / left).mkdir()
    prefix, _, *rest = left.split("-")
    elsewhere = "-".join([prefix, "00000000", *rest])  # a process of another host
    (tmp_path / elsewhere).mkdir()
    (tmp_path / ".unfinished-of-mine").mkdir()
    with draft(tmp_path):
        kept = {path.name for path in tmp_path.iterdir()}
        assert {held, elsewhere, ".unfinished-of-mine"} < kept
        assert left not in kept
    running.communicate("\n")
    assert not (tmp_path / held).exists()


def test_a_process_number_that_is_used_again_is_another_process(tmp_path):
    running, held = _held(tmp_path)
    parts = held.split("-")
    before = "-".join([*parts[:3], str(int(parts[3]) - 1), parts[4]])
    (tmp_path / before).mkdir()
    with draft(tmp_path):
        assert (tmp_path / held).exists()
        assert not (tmp_path / before).exists()
    running.communicate("\n")


def test_what_was_started_to_ignore_a_signal_goes_on_ignoring_it(tmp_path):
    line = shlex.join([*COMMAND, *PEOPLE, "--results", str(tmp_path)])
    started = f"trap '' HUP; {line} & sleep 0.3; kill -HUP $!; wait $!"
    assert _run(started).returncode == 0
    assert len(list(tmp_path.iterdir())) == 1


KILLING = """
import os, sys
from sim import cli
from sim.parallel import each
def killed(number):
    os.kill(os.getpid(), 9)
cli.verbs = lambda: lambda *_, **__: each(killed, range(4), 2, print, slow=True)
sys.exit(cli.main([]))
"""


def test_a_worker_that_is_killed_is_said_in_a_line():
    done = subprocess.run(
        [sys.executable, "-c", KILLING],
        capture_output=True,
        text=True,
        cwd=HOME,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: a worker process was ended from outside")
    assert len(done.stderr.splitlines()) == 1

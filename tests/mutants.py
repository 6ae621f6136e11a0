"""Mutation testing of the rules, the ledger, the measures, the money and the intervals.

`python -m tests.mutants N SEED` draws N mutants of `MODULES` at random, each a single change of
the source by cosmic-ray, tries each in a copy of the project against the tests of its module,
uncompiled, and prints every survivor and the share that the tests kill. `make mutants` does so.
"""

from __future__ import annotations

import ast
import os
import random
import sys
import tempfile
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from shutil import copytree, ignore_patterns

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome

ROOT = Path(__file__).parents[1]
LEAST_SHARE = 0.95  # of mutants that the tests have to kill
TIMEOUT_S = 180
WORKERS = 2
COPIED = ("sim", "configs", "tests", "docs", "pyproject.toml")
RULES = (
    "dispatch engine_rules engine rules_modes rules_queue rules_scope rules_kinds rules_ageing "
    "rules_interrupted rules_recall rules_center rules_visits"
)
MEASURED = "measures measures_teams measures_follow_up measures_workers diversions expectation \
patrol_hours averted chairs hand_worked_day losses tables"
PAID = "costs positions grant_money crisis_now people_and_money alternatives rotations economics"
LEDGER = "ledger visit_ledger hand_worked_day patrol_hours losses trace averted measures lean"
MODULES = {
    "sim/model/dispatch.py": RULES,
    "sim/model/inputs/courses.py": "courses rules_after_scene rules_visits rules_center chairs",
    "sim/model/ledger": LEDGER,
    "sim/model/measures": MEASURED,
    "sim/model/money": PAID,
    "sim/scenarios/intervals.py": "precision uncertainty",
}


@cache
def _annotations(file: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Start and end (line, column) of every annotation; a change there changes nothing."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    parts = (getattr(node, of, None) for node in ast.walk(tree) for of in ("annotation", "returns"))
    return [
        ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
        for part in parts
        if isinstance(part, ast.expr)
    ]


def _is_idle(mutant: MutationSpec) -> bool:
    spans = _annotations(mutant.module_path)
    return any(start <= mutant.start_pos < end for start, end in spans)


def _mutants(module: str) -> list[MutationSpec]:
    """Every mutant of a module, or of the modules of a folder, that could change something."""
    place = ROOT / module
    files = sorted(place.glob("*.py")) if place.is_dir() else [place]
    with (
        tempfile.TemporaryDirectory() as folder,
        use_db(Path(folder, "mutants.sqlite"), WorkDB.Mode.create) as db,
    ):
        init([file.relative_to(ROOT) for file in files], db, {})
        every = [item.mutations[0] for item in db.work_items]
    return [each for each in every if not _is_idle(each)]


def _copied(folder: str) -> None:
    """Make this worker's own copy of the project, go there, and have its tests run uncompiled."""
    copy = Path(folder, str(os.getpid()))
    copy.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            copytree(ROOT / name, copy / name, ignore=ignore_patterns("__pycache__"))
        else:
            (copy / name).write_bytes((ROOT / name).read_bytes())
    os.chdir(copy)
    os.environ.update(NUMBA_DISABLE_JIT="1", PYTHONPATH=str(copy))


def _survived(of: tuple[str, MutationSpec]) -> str | None:
    """Return the change of a mutant that its tests let pass, else None."""
    module, mutation = of
    files = " ".join(f"tests/test_{name}.py" for name in MODULES[module].split())
    command = f"{sys.executable} -m pytest -x -q -n 0 -p no:cacheprovider {files}"
    result = mutate_and_test([mutation], command, TIMEOUT_S)
    return result.diff if result.test_outcome == TestOutcome.SURVIVED else None


def main(n: int, seed: int) -> int:
    """Try n mutants, drawn over all modules by their number; return the exit code."""
    os.chdir(ROOT)
    every = [(module, mutant) for module in MODULES for mutant in _mutants(module)]
    drawn = random.Random(seed).sample(every, min(n, len(every)))  # noqa: S311 - a sample
    with tempfile.TemporaryDirectory() as folder, Pool(WORKERS, _copied, [folder]) as pool:
        alive = [each for each in pool.imap_unordered(_survived, drawn) if each is not None]
    print(*alive, sep="\n")
    killed = len(drawn) - len(alive)
    print(f"{killed} of {len(drawn)} mutants killed, drawn from {len(every)} by seed {seed}")
    return int(killed < LEAST_SHARE * len(drawn))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

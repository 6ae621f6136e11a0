"""The results folder: written under another name, then renamed, so that no half is ever seen."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from sim import provenance
from sim.config import InputError, StaffingPlan
from sim.config.models import Config
from sim.config.values import Sourced
from sim.report import frames, trace
from sim.report.money.people_and_money import people_and_money
from sim.report.summary import as_json, config_tree, hash_of, plan_trees
from sim.report.tables import render
from sim.scenarios.answers import Comparison
from sim.scenarios.api import chosen, traced


@dataclass(frozen=True)
class Request:
    """What was asked for; enough to ask for it again."""

    verb: str
    plans: tuple[str, ...]
    overrides: tuple[str, ...]
    config_dir: Path | None = None
    engine: str = "auto"
    check: str = "four_weeks"
    figures: bool = True
    ledger: bool = False
    trace: bool = False

    @property
    def command(self) -> str:
        """Shell command that gives the same `summary.json`."""
        options = [] if self.config_dir is None else ["--config-dir", str(self.config_dir)]
        options += [] if self.engine == "auto" else ["--engine", self.engine]
        options += [] if self.check == "four_weeks" else ["--check", self.check]
        options += [] if self.figures else ["--no-figures"]
        options += ["--ledger"] if self.ledger else []
        options += ["--trace"] if self.trace else []
        return provenance.rerun_command(self.verb, self.plans, self.overrides, options)


@dataclass
class Draft:
    """A folder being written; `publish` gives it its name."""

    path: Path
    began_at: datetime

    def publish(self, name: str) -> Path:
        """Rename the finished folder to `<name>-<random suffix>` and return where it is."""
        final = self.path.with_name(f"{name}-{secrets.token_hex(3)}")
        self.path = self.path.rename(final)
        return final


@contextmanager
def draft(root: Path) -> Iterator[Draft]:
    """Folder under a temporary name inside `root`; gone again unless it is published.

    Raises
    ------
    InputError
        If the folder cannot be written, before anything has been run.
    """
    made = [folder for folder in (root, *root.parents) if not folder.exists()]
    path = root / f".unfinished-{secrets.token_hex(6)}"
    try:
        path.mkdir(parents=True)
    except OSError as error:
        _remove_empty(made)
        why = error.strerror or type(error).__name__
        raise InputError(
            f"--results {root}: cannot be written ({why}); a folder that can be is wanted"
        ) from error
    unfinished = Draft(path, datetime.now(UTC))
    try:
        yield unfinished
    finally:
        if unfinished.path == path:
            shutil.rmtree(path, ignore_errors=True)
            _remove_empty(made)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove the folders made on the way, innermost first, as far as they are empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def write(into: Draft, request: Request, found: Comparison) -> Path:
    """Write everything, publish the folder, and return where it is.

    Parameters
    ----------
    into
        From `draft`.
    request
        What was asked.
    found
        What was found.
    """
    plans, folder = found.plans, into.path
    text = as_json(found, plans)
    _write_text(folder / "summary.json", text)
    _write_text(folder / "table.txt", render(found, plans))
    if found.economics is not None:
        _write_text(folder / "people_and_money.txt", people_and_money(found, plans))
    _write_text(folder / "config.yaml", config_yaml(found.config, plans))
    for name, frame in frames.cells(found).items():
        frame.write_parquet(folder / f"{name}.parquet")
    drawn = frames.draws(found)
    if drawn is not None:
        drawn.write_parquet(folder / "draws.parquet")
    if request.ledger:
        ledger = frames.ledger(found, plans, request.engine)
        ledger.write_parquet(folder / "ledger.parquet")
    if request.trace:
        _write_trace(found, plans, folder)
    if request.figures:
        from sim.report.figures import save_all  # noqa: PLC0415 - matplotlib is slow to load

        save_all(found, folder)
    record = _run_record(request, found, plans, into.began_at)
    record["summary_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    _write_text(folder / "run.json", json.dumps(record, indent=2) + "\n")
    return into.publish(f"{request.verb}-{into.began_at:%Y%m%dT%H%M%SZ}-{record['config_hash']}")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_trace(found: Comparison, plans: Sequence[StaffingPlan], folder: Path) -> None:
    plan = next(plan for plan in plans if plan.name == found.main.plans[0].name)
    events = traced(found.scenario, plan)
    _write_text(folder / "trace.csv", trace.as_csv(found.scenario, events))
    _write_text(folder / "trace.txt", trace.first_day(found.scenario, events) + "\n")


def _run_record(
    request: Request, found: Comparison, plans: list[StaffingPlan], began_at: datetime
) -> dict[str, Any]:
    config, trees = config_tree(found.config), plan_trees(plans)
    return {
        "command": request.command,
        "engine": chosen(request.engine),
        "engines_compared": None if found.check is None else asdict(found.check),
        "seed": found.config.run.seed,
        "replications": found.replications,
        "config_hash": hash_of(found.config, plans),
        "inputs": provenance.input_checksums(config, trees),
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "platform": provenance.platform_facts(),
        "began_at": began_at.isoformat(timespec="seconds"),
        "wall_time_s": round((datetime.now(UTC) - began_at).total_seconds(), 3),
    }


# --- config.yaml ---------------------------------------------------------------------------------


def config_yaml(config: Config, plans: Sequence[StaffingPlan]) -> str:
    """Config and plans as YAML, with the source of every figure that has one."""
    tree = _plain(config)
    del tree["run"]["cores"]
    tree["staffing"] = {plan.name: _plain(plan) for plan in plans}
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


class _Dumper(yaml.SafeDumper):
    """YAML with every mapping and list down the page, except lists of numbers."""

    def represent_list(self, data: Iterable[Any]) -> yaml.SequenceNode:
        """Return a list of numbers across the page, any other down it."""
        across = all(isinstance(value, int | float) for value in data)
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=across)


_Dumper.add_representer(list, _Dumper.represent_list)


def _plain(node: Any) -> Any:  # noqa: ANN401 - a tree of models, lists and scalars
    """Models as mappings; a figure without a source as the bare figure."""
    if isinstance(node, Sourced):
        told = node.model_dump(mode="json", exclude_defaults=True)
        return node.value if set(told) == {"value"} else told
    if isinstance(node, BaseModel):
        return {name: _plain(getattr(node, name)) for name in type(node).model_fields}
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(value) for value in node] if isinstance(node, list) else node

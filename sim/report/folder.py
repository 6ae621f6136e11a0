"""The results folder: what is in it, written and then renamed so that no half is ever seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel

from sim import caches, provenance
from sim.config import StaffingPlan
from sim.config.models import Config
from sim.config.values import Sourced
from sim.report.answer import Answer, Basis, NotWrittenError, as_json
from sim.report.draft import Draft
from sim.report.trees import config_tree, hash_of, plan_trees
from sim.report.verification.record import record
from sim.scenarios.request import Request

if TYPE_CHECKING:
    import polars as pl

READ = ("config.yaml", ".csv", ".png", ".svg")  # by `report`, beside the summary
MOST_DRAWN = 50  # answers whose figures are kept


def publish(answer: Answer, request: Request, into: Draft) -> Path:
    """Write everything there is, give the folder its name, and return where it is.

    Parameters
    ----------
    answer
        Any verb's.
    request
        What was asked.
    into
        From `draft`.

    Raises
    ------
    NotWrittenError
        If the disk is full, or another limit is met.
    """
    try:
        return _published(answer, request, into)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotWrittenError(
            f"--results: expected room for the results in {into.path.parent}, got {why!r}; "
            "nothing is left there"
        ) from error


def _published(answer: Answer, request: Request, into: Draft) -> Path:
    folder, text, basis = into.path, as_json(answer), answer.basis()
    record = _run_record(basis, request, into.began_at)
    record["summary_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    files: dict[str, str | pl.DataFrame] = {
        "summary.json": text,
        "answer.txt": f"{answer.summary()}\n",
        "config.yaml": config_yaml(basis.config, basis.plans),
        **answer.tables(),
    }
    content = {name: _content(table) for name, table in files.items()}
    if request.figures:
        content |= _figures(answer, request, content)
    for name, file in content.items():
        (folder / name).write_bytes(file)
    record["files_sha256"] = {
        name: hashlib.sha256(file).hexdigest()
        for name, file in content.items()
        if name.endswith(READ)
    }
    record["wall_time_s"] = round((datetime.now(UTC) - into.began_at).total_seconds(), 3)
    (folder / "run.json").write_bytes(_content(json.dumps(record, indent=2) + "\n"))
    return into.rename(f"{request.verb}-{into.began_at:%Y%m%dT%H%M%SZ}-{record['config_hash']}")


def _content(table: str | pl.DataFrame) -> bytes:
    if isinstance(table, str):
        return table.encode()
    whole = BytesIO()
    table.write_parquet(whole)
    return whole.getvalue()


def _figures(answer: Answer, request: Request, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Figures of an answer, which are the same if all that is written beside them is."""
    if not request.uses_store:
        return _drawn(answer)
    made_by = f"{provenance.code_checksum()}{provenance.versions()}"
    digest = hashlib.sha256(made_by.encode())
    for name, file in files.items():
        digest.update(name.encode() + hashlib.sha256(file).digest())
    return caches.kept("figures", digest.hexdigest()[:32], partial(_drawn, answer), MOST_DRAWN)


def _drawn(answer: Answer) -> dict[str, bytes]:
    from sim.report.drawing import rendered  # noqa: PLC0415 - matplotlib is slow to load

    return rendered(answer.figures())


def _run_record(basis: Basis, request: Request, began_at: datetime) -> dict[str, Any]:
    """What it takes to make the answer again, and to tell why another differs."""
    simulated = {
        "engine": request.engine_used,
        "engines_compared": None if basis.check is None else asdict(basis.check),
        "verified": record().in_short(),
        "seed": basis.config.run.seed,
        "replications": basis.replications,
    }
    config, trees = config_tree(basis.config), plan_trees(basis.plans)
    return {
        "command": _command(request),
        **({"made_by": _command(basis.made_by)} if basis.made_by not in (None, request) else {}),
        **(simulated if basis.replications else {}),
        "config_hash": hash_of(basis.config, basis.plans, basis.identity),
        "inputs": provenance.input_checksums(config, trees),
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "platform": provenance.platform_facts(),
        "began_at": began_at.isoformat(timespec="seconds"),
    }


def _command(request: Request) -> str:
    return provenance.rerun_command(request.verb, request.plans, request.overrides, request.words)


# --- config.yaml ---------------------------------------------------------------------------------


def config_yaml(config: Config, plans: Sequence[StaffingPlan]) -> str:
    """Config and plans as YAML, with the source of every figure that has one."""
    tree = _plain(config)
    del tree["run"]["cores"]
    tree["staffing"] = {plan.name: _plain(plan) for plan in plans}
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


class _Dumper(yaml.CSafeDumper):
    """YAML with every mapping and list down the page, except lists of numbers."""

    def represent_list(self, data: Iterable[Any]) -> yaml.SequenceNode:
        """Return a list of numbers across the page, any other down it."""
        across = all(isinstance(value, int | float) for value in data)
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=across)


_Dumper.add_representer(list, _Dumper.represent_list)


def _plain(node: Any) -> Any:  # noqa: ANN401 - a tree of models, lists and scalars
    """Models as mappings; a figure without a source as the bare figure."""
    if isinstance(node, Sourced):
        tree = node.model_dump(mode="json", exclude_defaults=True)
        return node.value if set(tree) == {"value"} else tree
    if isinstance(node, BaseModel):
        return {
            name: _plain(getattr(node, name))
            for name, field in type(node).model_fields.items()
            if not field.exclude
        }
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(value) for value in node] if isinstance(node, list) else node

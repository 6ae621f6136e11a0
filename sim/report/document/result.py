"""A results folder as it is read: the answer, the config and the run, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from sim.config import InputError
from sim.config.files.named import shallow
from sim.report.document.facts import Fact
from sim.schema import SCHEMA_VERSION

SUMMARY, CONFIG, RUN = "summary.json", "config.yaml", "run.json"
Kind = Literal["comparison", "curve", "recommendation", "grant", "validation"]
KINDS: dict[Kind, tuple[str, ...]] = {  # what only the answer of this kind has
    "grant": ("quarters", "plans"),
    "curve": ("points", "steps"),
    "recommendation": ("targets", "measures"),
    "comparison": ("plans", "differences", "economics"),
    "validation": ("profiles", "valid_for"),
}
ANSWERS = "compare, run, curve, recommend, grant or validate"
NAMES = ("reading", "plan", "day", "zone")  # columns of words, which may be numerals
Row = dict[str, str]


@dataclass(frozen=True)
class Result:
    """What a verb left in its folder; `said` collects the keys that the document names."""

    folder: Path
    kind: Kind
    tree: Fact
    config: Fact
    run: Fact
    said: dict[str, str]

    def rows(self, name: str) -> list[Fact]:
        """Rows of a CSV file of the folder; none if it is not there."""
        path = self.folder / name
        if not path.is_file():
            return []
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        return [
            Fact(_numbers(row), f"row[{at}]", name, self.said) for at, row in enumerate(rows, 1)
        ]

    def picture(self, name: str, ending: str) -> Path | None:
        """File of a figure, if the folder has it."""
        path = self.folder / f"{name}.{ending}"
        return path if path.is_file() else None


def newest(folder: Path) -> Path:
    """Newest result of a folder that holds several; the folder itself if it is one."""
    if (folder / SUMMARY).exists() or not folder.is_dir():
        return folder
    runs = [path for path in folder.glob(f"*/{RUN}") if not path.parent.name.startswith(".")]
    return max(runs, key=lambda path: path.stat().st_mtime).parent if runs else folder


NEEDED = {"dollars", "budget", "fte_needed_of_budgeted"}  # of a grant that has all that is shown


def result_of(folder: Path) -> Result:
    """Read a results folder.

    Raises
    ------
    InputError
        If it is none, if a file is missing, damaged, or not the one that the run wrote, if an
        older version wrote it, or if there is no document of such an answer.
    """
    if not folder.is_dir():
        raise InputError(f"report: expected a results folder, got {folder}, which is no folder")
    summary, config, run = (_read(folder, name) for name in (SUMMARY, CONFIG, RUN))
    manifest = _parsed(folder, RUN, run)
    _check_version(folder, manifest)
    if manifest.get("summary_sha256") != hashlib.sha256(summary.encode()).hexdigest():
        raise _changed(folder / SUMMARY, manifest)
    tree = _parsed(folder, SUMMARY, summary)
    _check_dollars(folder, tree, manifest)
    settings = _parsed(folder, CONFIG, config)
    _check_files(folder, manifest)
    said: dict[str, str] = {}
    return Result(
        folder,
        _kind(folder, tree, manifest),
        Fact(tree, said=said),
        Fact(settings, file=CONFIG, said=said),
        Fact(manifest, file=RUN, said=said),
        said,
    )


def _read(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise InputError(
            f"report: expected a results folder with {name}, got {folder} ({why})"
        ) from error


def _parsed(folder: Path, name: str, text: str) -> dict[str, Any]:
    try:
        tree = yaml.load(shallow(text), _Loader) if name == CONFIG else json.loads(text)  # noqa: S506 - safe
    except (ValueError, yaml.YAMLError) as error:
        raise InputError(f"{folder / name}: expected a whole file, got a damaged one") from error
    if not isinstance(tree, dict):
        raise InputError(f"{folder / name}: expected names and values, got {type(tree).__name__}")
    return tree


class _Loader(yaml.CSafeLoader):
    """The safe loader, in C: a config has thousands of lines."""


def _check_version(folder: Path, manifest: dict[str, Any]) -> None:
    versions = manifest.get("versions")
    found = versions.get("schema") if isinstance(versions, dict) else None
    if found != str(SCHEMA_VERSION):
        raise InputError(
            f"{folder}: expected results of schema version {SCHEMA_VERSION}, got "
            f"{found or 'none'}; run again: {manifest.get('command', 'the command of its run')}"
        )


def _check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a table or figure that was changed or cut short; one that is gone is left out."""
    written = manifest.get("files_sha256")
    for name, digest in written.items() if isinstance(written, dict) else ():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise _changed(path, manifest)


def _changed(path: Path, manifest: dict[str, Any]) -> InputError:
    return InputError(
        f"{path}: expected the file that the run wrote, got one that was changed since; run again: "
        f"{manifest.get('command')}"
    )


def _check_dollars(folder: Path, tree: dict[str, Any], manifest: dict[str, Any]) -> None:
    """Refuse a grant that was written before its dollars had ranges and added up."""
    if all(name in tree for name in KINDS["grant"]) and not set(tree) >= NEEDED:
        raise InputError(
            f"{folder / SUMMARY}: expected a grant with the ranges of its dollars, got one of an "
            f"older version; run again: {manifest.get('command', 'the command of its run')}"
        )


def _kind(folder: Path, tree: dict[str, Any], manifest: dict[str, Any]) -> Kind:
    for kind, names in KINDS.items():
        if all(name in tree for name in names):
            return kind
    words = shlex.split(str(manifest.get("command", "")))[1:2]
    verb = words[0] if words else "another verb"
    raise InputError(f"{folder}: expected a result of {ANSWERS}, got one of {verb}")


def _numbers(row: Row) -> dict[str, Any]:
    return {name: cell if name in NAMES else _number(cell) for name, cell in row.items()}


def _number(cell: str) -> float | str | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell

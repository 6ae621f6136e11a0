"""Compose `configs/` with Hydra, validate with pydantic; every fault is one line."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import yaml

from sim import caches
from sim.config.agreement import settle_rule
from sim.config.faults import InputError, nearest, shown, validated
from sim.config.files.conditioned import conditioned, put_conditioned
from sim.config.files.forms import put_forms
from sim.config.files.holidays import put_holidays
from sim.config.files.shapes import put_shapes
from sim.config.files.zones import expand_files
from sim.config.fleet import with_fitting_forms
from sim.config.models import Config
from sim.config.notes import settle
from sim.config.plans import MAX_TEAMS, StaffingPlan

__all__ = [
    "GROUPS",
    "InputError",
    "compose",
    "config_folders",
    "names",
    "nearest",
    "packaged_configs",
    "program_names",
    "staffing",
]

GROUPS = (
    *("program", "demand", "service", "travel", "dispatch", "outcomes", "costs", "run"),
    "verify",  # a system of queueing theory, whole: no group of its own in the config
)
Stamps = tuple[tuple[Path, int, int], ...]
WHOLE, DECIMAL, WORD = (
    re.compile(p) for p in (r"-?(0|[1-9]\d{0,17})", r"-?\d+\.\d+", r"[A-Za-z_]\w*")
)
NOT_WORDS = ("true", "false", "null", "nan", "inf")
MERGING = Path(__file__).with_name("hydra_part.py")  # its rules make a tree of the files


@cache
def packaged_configs() -> Path:
    """Folder of the configs that travel with the package (in a checkout, the top-level one)."""
    inside = Path(__file__).resolve().parent.parent / "configs"
    return inside if inside.is_dir() else inside.parent.parent / "configs"


def config_folders(config_dir: Path | None) -> list[Path]:
    """Config folders in order of who wins: the user's (if any), then the packaged ones."""
    if config_dir is not None and not config_dir.is_dir():
        raise InputError(f"--config-dir: expected a folder, got {str(config_dir)!r}")
    user = config_dir or Path("configs")
    folders = [user.resolve()] if user.is_dir() else []
    packaged = packaged_configs()
    return folders if packaged in folders else [*folders, packaged]


def names(group: str, config_dir: Path | None = None) -> list[str]:
    """Names of the files of a config group, sorted."""
    folders = config_folders(config_dir)
    return sorted({path.stem for folder in folders for path in folder.glob(f"{group}/*.yaml")})


def program_names(config_dir: Path | None = None) -> list[str]:
    """Names of the program presets, sorted."""
    return names("program", config_dir)


def _check_override(override: str, config_dir: Path | None) -> None:
    key, sign, value = override.partition("=")
    if not sign or not key:
        raise InputError(f"expected a plan or key=value, got {override!r}")
    if "${" in override or "_target_" in override:
        raise InputError(f"{key}: expected plain data, got an interpolation or _target_")
    if not re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", key):
        raise InputError(f"expected a key like demand.calls_per_year, got {key!r}")
    group = key.split(".")[0]
    if group not in GROUPS:
        raise InputError(f"unknown key {key!r}; {nearest(group, list(GROUPS))}")
    if key in GROUPS and value not in names(key, config_dir):
        right = _in_a_folder(key, value) or nearest(value, names(key, config_dir))
        raise InputError(f"unknown {key} {value!r}; {right}")


def _in_a_folder(group: str, name: str) -> str:
    """What to add for a config in a folder of its name, as init and fit make it; empty if none."""
    if not re.fullmatch(r"\w{1,64}", name) or not (Path(name) / group / f"{name}.yaml").is_file():
        return ""
    return f"the folder {name} has one: add --config-dir {name}"


def _check_defaults(folder: Path) -> None:
    """Refuse interpolations in defaults lists, which Hydra would follow into the environment."""
    for group in (".", *GROUPS):
        for path in folder.glob(f"{group}/*.yaml"):
            if not path.is_file():
                raise InputError(f"{path}: expected a file of YAML, got something else")
            try:
                text = path.read_text(encoding="utf-8")
                tree = yaml.safe_load(text) if "${" in text and "defaults" in text else None
            except UnicodeError as error:
                raise InputError(f"{path}: expected UTF-8 text, got other bytes") from error
            except (yaml.YAMLError, ValueError, RecursionError):
                continue  # Hydra says where, if the file is chosen
            if isinstance(tree, dict):
                _refuse_code(tree.get("defaults"), f"{path}: defaults.")


@lru_cache(maxsize=64)
def _composed(choices: tuple[str, ...], folders: tuple[Path, ...], stamps: Stamps) -> bytes:
    """Pickled tree of some choices, kept until a file changes: Hydra takes 0.5 s to make it."""
    for folder in folders[:-1]:
        _check_defaults(folder)
    key = _hash_of(choices, folders, stamps)
    return pickle.dumps(caches.kept("configs", key, partial(_by_hydra, choices, folders)))


def _by_hydra(choices: tuple[str, ...], folders: tuple[Path, ...]) -> Any:  # noqa: ANN401 - a tree
    from sim.config.hydra_part import composed  # noqa: PLC0415 - slow to import

    return composed(list(choices), list(folders))


def _hash_of(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _stamps(folders: list[Path]) -> Stamps:
    """State of all that a tree depends on, so that one of an edited file is composed again."""
    globs = (folder.glob(f"{group}/*.yaml") for folder in folders for group in (".", *GROUPS))
    files = sorted({path for paths in globs for path in paths if path.is_file()})
    return tuple(map(_stamp, (MERGING, *files)))


def _stamp(file: Path) -> tuple[Path, int, int]:
    status = file.stat()
    return file, status.st_mtime_ns, status.st_size


def _value(override: str) -> Any:  # noqa: ANN401 - a tree of YAML
    """Value of `key=value` by Hydra's grammar, of which plain numbers and words need no Hydra."""
    text = override.partition("=")[2]
    if WHOLE.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    if WORD.fullmatch(text) and text.lower() not in NOT_WORDS:
        return text
    from sim.config.hydra_part import value_of  # noqa: PLC0415 - slow to import

    return value_of(override)


def swept_values(override: str) -> tuple[list[str], str | None]:
    """Values of `key=value` by Hydra's grammar of sweeps, as an override has them; or its glob.

    Lists (`1,2`), `choice(...)` and `range(...)` have several values, anything else has one.

    Raises
    ------
    InputError
        If it is neither one value nor several.
    """
    key, _, text = override.partition("=")
    parts = text.split(",")
    if all(any(form.fullmatch(part) for form in (WHOLE, DECIMAL, WORD)) for part in parts):
        return parts, None
    if not re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", key) or "${" in text:
        _check_override(override, None)
    from sim.config.hydra_part import swept_values_of  # noqa: PLC0415 - slow to import

    return swept_values_of(override)


def _place(node: Any, key: str, value: Any) -> None:  # noqa: ANN401 - a tree of YAML
    """Put a value where a key such as `service.on_scene.mean` points; make mappings on the way."""
    *groups, last = key.split(".")
    for name in groups:
        at = _position(node, name, key)
        below = node.get(at) if isinstance(node, dict) else node[at]
        node[at] = below if isinstance(below, dict | list) else {}
        node = node[at]
    node[_position(node, last, key)] = value


def _position(node: Any, name: str, key: str) -> str | int:  # noqa: ANN401 - a tree of YAML
    """Key of a mapping as it is; in a list, the index that it stands for."""
    if isinstance(node, dict):
        return name
    if not (name.isdecimal() and int(name) < len(node)):
        raise InputError(f"{key}: expected an index from 0 to {len(node) - 1}, got {name}")
    return int(name)


def _mapping(plain: object, what: str) -> dict[str, Any]:
    """Plain mapping of a config: data, never code."""
    if not isinstance(plain, dict):
        raise InputError(f"{what}expected a mapping of keys, got {shown(plain)}")
    _refuse_code(plain, what)
    return {str(key): value for key, value in plain.items()}


def _refuse_code(node: Any, where: str) -> None:  # noqa: ANN401 - a tree of YAML
    """Refuse interpolations, Hydra's instantiation keys, and its mark of a missing value."""
    if isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith("_"):
                raise InputError(f"{where}{key}: expected plain data, got a key that begins with _")
            _refuse_code(value, f"{where}{key}.")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            _refuse_code(value, f"{where}{number}.")
    elif isinstance(node, str) and ("${" in node or node == "???"):
        right = "a value" if node == "???" else "plain data, not an interpolation"
        raise InputError(f"{where.rstrip('.')}: expected {right}, got {node!r}")


def _listed(overrides: object) -> list[str]:
    """Overrides as a list; a single text is one."""
    such_as = "such as 'program=los_angeles'"
    words = [overrides] if isinstance(overrides, str) else overrides
    if not isinstance(words, Sequence):
        raise InputError(f"overrides: expected a list of texts {such_as}, got {shown(words)}")
    for word in words:
        if not isinstance(word, str):
            raise InputError(f"overrides: expected texts {such_as}, got {shown(word)}")
    return list(words)


def compose(overrides: str | Sequence[str] = (), config_dir: Path | None = None) -> Config:
    """Config of some overrides, such as `program=los_angeles` or `demand.growth_factor=1.2`.

    Hydra composes the chosen groups. Single keys are set in the result, so that the models report
    an unknown key wherever it was written. Files of zones, travel, shapes, holidays and conditioned
    draws are read last, so that the config holds everything it is made of.

    Parameters
    ----------
    overrides
        In order; the last of a key holds. A single one need not be in a list.
    config_dir
        The user's own configs, which win over the packaged ones.

    Returns
    -------
    Config
        Everything a run is made of but the plan: what `sim.Scenario` takes.

    Raises
    ------
    InputError
        One line that names the key, what was expected and what was there.

    Examples
    --------
    >>> import sim
    >>> config = sim.compose(["program=los_angeles", "demand.growth_factor=1.2"])
    >>> config.demand.name, float(config.demand.growth_factor)
    ('los_angeles', 1.2)
    """
    overrides = _listed(overrides)
    for override in overrides:
        _check_override(override, config_dir)
    keys = {override.partition("=")[0] for override in overrides}
    choices = [item for item in overrides if item.partition("=")[0] in GROUPS]
    folders = config_folders(config_dir)
    tree = pickle.loads(_composed(tuple(choices), tuple(folders), _stamps(folders)))  # noqa: S301 - our own
    for item in overrides:
        if item not in choices:
            _place(tree, item.partition("=")[0], _value(item))
    plain = _mapping(tree, "")
    expand_files(plain, keys, [Path(), *folders])
    settle_rule(plain)
    settle(plain, _preset(choices, folders))
    put_shapes(plain, keys, folders)
    put_forms(plain, overrides, folders)
    put_holidays(plain, [Path(), *folders])
    put_conditioned(plain, [Path(), *folders])
    return conditioned(with_fitting_forms(validated(Config, plain, "")))


def _preset(choices: list[str], folders: list[Path]) -> dict[str, Any]:
    """Tree of the program alone, without what the user sets or has in files of the same names."""
    program = [item for item in choices if item.partition("=")[0] == "program"]
    name = program[-1].partition("=")[2] if program else "generic"
    is_users_own = any((folder / f"program/{name}.yaml").is_file() for folder in folders[:-1])
    of = folders if is_users_own else folders[-1:]
    return _read_only(_composed(tuple(program), tuple(of), _stamps(of)))


def shipped(choices: Sequence[str]) -> dict[str, Any]:
    """Plain data of the packaged files that some choices name, such as `travel=matrix`.

    It is not validated: some of these files are whole only beside a city's own, such as its zones.
    """
    folders = [packaged_configs()]
    tree = _mapping(pickle.loads(_composed(tuple(choices), tuple(folders), _stamps(folders))), "")  # noqa: S301 - our own
    put_forms(tree, choices, folders)
    return tree


@lru_cache(maxsize=16)
def _read_only(composed: bytes) -> dict[str, Any]:
    """Tree of a composition, to be compared with and never changed."""
    tree = _mapping(pickle.loads(composed), "")  # noqa: S301 - our own
    settle_rule(tree)
    return tree


def staffing(name: str | int, config_dir: Path | None = None) -> StaffingPlan:
    """Staffing plan of a name: a file of `configs/staffing/`, or a number of 24/7 posts.

    Parameters
    ----------
    name
        Of the plan, or the number of posts.
    config_dir
        The user's own configs, which win over the packaged ones.

    Returns
    -------
    StaffingPlan
        Its lines, posts and hours: what `Scenario.arm` takes.

    Raises
    ------
    InputError
        One line that names the plan, what was expected and what was there.

    Examples
    --------
    >>> import sim
    >>> plan = sim.staffing(12)
    >>> plan.teams, plan.team_hours_per_day
    (12, 288.0)
    """
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise InputError(f"plan: expected a name or a number of 24/7 posts, got {shown(name)}")
    name = str(name)
    if re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?", name) or name.lower() in ("nan", "inf"):
        return _posts(name)
    known = names("staffing", config_dir)
    if name not in known:
        raise InputError(
            f"unknown plan {name!r}; {nearest(name, known)} (or a number of 24/7 posts)"
        )
    files = [folder / "staffing" / f"{name}.yaml" for folder in config_folders(config_dir)]
    what = f"staffing plan {name}: "
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        raise InputError(f"{what}expected a file of YAML, got something else")
    tree = caches.kept("configs", _hash_of(_stamp(file)), partial(_read, file, what))
    plain = _mapping(tree, what)
    return validated(StaffingPlan, {"name": name, **plain}, what)


def _read(file: Path, what: str) -> Any:  # noqa: ANN401 - a tree of YAML
    from sim.config.hydra_part import read_yaml  # noqa: PLC0415 - slow to import

    return read_yaml(file, what)


def _posts(number: str) -> StaffingPlan:
    if not re.fullmatch(r"0|[1-9][0-9]{0,5}", number) or int(number) > MAX_TEAMS:
        raise InputError(
            f"plan: expected a whole number of 24/7 posts from 0 to {MAX_TEAMS:,}, got {number}"
        )
    count = int(number)
    line = {"name": "post", "count": count, "pattern": "continuous"}
    title = f"{count} post{'' if count == 1 else 's'} held around the clock"
    return StaffingPlan.model_validate({"name": str(count), "title": title, "lines": [line]})

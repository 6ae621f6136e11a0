"""Hydra's part of a config: composing groups, reading YAML, and the grammar of values.

Hydra and OmegaConf take half a second to import and to compose, so `compose` comes here only for
what it has not kept.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar

import yaml
from hydra import initialize_config_dir
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.default_element import ResultDefault
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.plugins.config_source import ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from hydra.types import RunMode
from omegaconf import _utils
from omegaconf.errors import OmegaConfBaseException
from yaml._yaml import CParser
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from sim.config.faults import InputError, shown
from sim.config.files.named import NOT_READ, Tree, shallow

CONFIG_ERRORS = (HydraException, OmegaConfBaseException, *NOT_READ)
KINDS = {"distribution", "model"}  # keys that say which other keys belong in a mapping
HEAD = "_get_header_dict"  # of Hydra, which has no public name for it
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # before the first line of a file
MOST_VALUES = 1_000_000  # of one file
_LOCK = threading.Lock()  # Hydra keeps one global state a process


def composed(choices: list[str], folders: list[Path]) -> Tree:
    """Tree of the chosen groups; `folders` in order of who wins, the packaged one last.

    Hydra says which files these are, and in what order. They are merged here, as plain mappings:
    Hydra makes a node of each value, which takes ten times as long.
    """
    try:
        with _hydra_over(folders), _defaults_alone() as read:
            files = chosen("config", choices)
    except CONFIG_ERRORS as error:
        raise InputError(f"configs: {_one_line(error)}") from error
    return _merged(files, folders, read)


def chosen(name: str, choices: list[str]) -> list[ResultDefault]:
    """Files that a config file and choices stand for, in the order in which they are merged."""
    loader = GlobalHydra.instance().config_loader()
    return list(loader.compute_defaults_list(name, choices, RunMode.RUN).defaults)


def _merged(files: list[ResultDefault], folders: list[Path], read: Tree) -> Tree:
    """Files put over one another in their order; `read` has what each path holds."""
    tree: Tree = {}
    for file in files:
        name = f"{file.config_path}.yaml"
        if found := next((read[path] for path in _paths(name, folders) if path in read), None):
            _merge(tree, _below(file.package, _without_defaults(found, name)))
    return tree


def _paths(name: str, folders: list[Path]) -> list[str]:
    """Where a config may be, as Hydra opens it; what is Hydra's own is in none of them."""
    return [os.path.realpath(folder / name) for folder in folders]


def _without_defaults(found: object, name: str) -> Tree:
    if not isinstance(found, dict):
        raise InputError(f"configs: {name}: expected a mapping of keys, got {shown(found)}")
    try:
        return {key: copied(value) for key, value in found.items() if key != "defaults"}
    except ValueError as error:
        raise InputError(f"configs: {name}: {error}") from error


def _below(package: str | None, tree: Tree) -> Tree:
    """Tree with its keys below those of its package, such as `demand`."""
    for part in reversed((package or "").split(".")):
        tree = {part: tree} if part else tree
    return tree


def _merge(below: Tree, above: Tree) -> None:
    """Put a tree over another; a mapping that names its kind replaces what was there whole."""
    for key, value in above.items():
        if isinstance(value, dict):
            old = below.get(key)
            below[key] = old if isinstance(old, dict) and not value.keys() & KINDS else {}
            _merge(below[key], value)
        else:
            below[key] = value


def read_yaml(file: Path, what: str) -> Any:  # noqa: ANN401 - a tree of YAML
    """Tree of one file, a mapping or another value; `what` begins the message if it is none."""
    try:
        with file.open(encoding="utf-8") as stream:
            return copied(yaml.load(stream, Loader))  # noqa: S506 - of safe constructors alone
    except CONFIG_ERRORS as error:
        raise InputError(f"{what}{_one_line(error)}") from error


def copied(tree: Any) -> Any:  # noqa: ANN401 - a tree of YAML
    """Tree in which no part stands twice, as what an alias of YAML names would.

    Raises
    ------
    ValueError
        If a part is in itself, or if there are more than `MOST_VALUES` then: a few lines of aliases
        can name billions.
    """
    try:
        return _copied(tree, iter(range(MOST_VALUES)))
    except RecursionError as error:
        raise ValueError("expected a tree, got a part of it that is in itself") from error


def _copied(tree: Any, left: Iterator[int]) -> Any:  # noqa: ANN401 - a tree of YAML
    if next(left, None) is None:
        raise ValueError(f"expected at most {MOST_VALUES:,} values")
    if isinstance(tree, dict):
        return {key: _copied(value, left) for key, value in tree.items()}
    return [_copied(value, left) for value in tree] if isinstance(tree, list) else tree


def value_of(override: str) -> Any:  # noqa: ANN401 - a tree of YAML
    """Value of `key=value` by Hydra's grammar."""
    key, _, value = override.partition("=")
    try:
        parsed = OverridesParser.create().parse_override(override)
    except (HydraException, IndexError, RecursionError, ValueError) as error:
        raise InputError(
            f"{key}: expected a number, a word, a 'quoted text', a [list] or a {{name: value}}, "
            f"got {value!r}"
        ) from error
    if parsed.is_sweep_override():
        raise InputError(f"{key}: expected one value, or a list like [1, 2], got several")
    return parsed.value()


def swept_values_of(override: str) -> tuple[list[str], str | None]:
    """Values of `key=value` by Hydra's grammar of sweeps, as an override has them; or its glob."""
    key, _, text = override.partition("=")
    try:
        parsed = OverridesParser.create().parse_override(override)
        if not parsed.is_sweep_override():
            return [text], None
        value = parsed.value()
        if isinstance(value, Glob):
            return [], ",".join(value.include)
        return [str(each) for each in parsed.sweep_string_iterator()], None
    except (HydraException, NotImplementedError, IndexError, ValueError, RecursionError) as error:
        raise InputError(
            f"{key}: expected a value, a list such as 1,2,3, a range such as 1..5 or range(1,6), "
            f"got {text!r}"
        ) from error


def _one_line(error: BaseException | None) -> str:
    """Message of an error and of its causes, where Hydra keeps the useful half."""
    words: list[str] = []
    while error is not None:
        message = str(error).partition("Config search path")[0]
        words += message.partition("full_key:")[0].split()  # OmegaConf's: the key is known
        error = error.__cause__
    return " ".join(words)


class _UserFolder(SearchPathPlugin):
    """Puts the user's folder before the packaged one.

    The packaged one stays Hydra's main folder: config.yaml is looked for nowhere behind that.
    """

    folders: ClassVar[list[Path]] = []  # set under the lock, for one composition

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Prepend the folders to Hydra's search path."""
        for folder in self.folders:
            search_path.prepend("user", f"file://{folder}", SearchPathQuery(provider="main"))


@contextmanager
def _hydra_over(folders: list[Path]) -> Iterator[None]:
    """Hydra over folders, in order of who wins; a Hydra started elsewhere is back afterwards."""
    with _LOCK:
        started = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        Plugins.instance().register(_UserFolder)
        _UserFolder.folders = folders[:-1]
        try:
            with initialize_config_dir(str(folders[-1]), version_base="1.3"):
                yield
        finally:
            _UserFolder.folders = []
            GlobalHydra.instance().hydra = started


class Loader(CParser, _utils.get_yaml_loader()):  # type: ignore[misc]  # a class made by a function
    """OmegaConf's rules of YAML by the parser in C, several times as fast as the one in Python."""

    def __init__(self, stream: IO[str] | str) -> None:
        if isinstance(stream, str):  # a file of a bare text is read twice
            shallow(stream)
        else:
            shallow(stream.read())
            stream.seek(0)  # a stream has the file's name, for what the parser says
        CParser.__init__(self, stream)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)


@contextmanager
def _defaults_alone() -> Iterator[dict[str, Any]]:
    """Let Hydra see the defaults lists of files and no more; what they hold is put in a mapping."""
    read: dict[str, Any] = {}

    class Defaults(Loader):
        def __init__(self, stream: IO[str] | str) -> None:
            super().__init__(stream)
            self.path = getattr(stream, "name", "")

        def get_single_data(self) -> object:
            tree = read[self.path] = super().get_single_data() or {}
            if not isinstance(tree, dict):
                return tree
            return {key: value for key, value in tree.items() if key == "defaults"}

    get_loader = _utils.get_yaml_loader
    _utils.get_yaml_loader = lambda: Defaults
    try:
        with _heads_unmarked():
            yield read
    finally:
        _utils.get_yaml_loader = get_loader


@contextmanager
def _heads_unmarked() -> Iterator[None]:
    """Let Hydra see `# @package` behind the mark with which editors of Windows begin a file."""
    head_of = getattr(ConfigSource, HEAD)

    def unmarked(text: str) -> dict[str, str | None]:
        found: dict[str, str | None] = head_of(text.removeprefix(MARK))
        return found

    setattr(ConfigSource, HEAD, staticmethod(unmarked))
    try:
        yield
    finally:
        setattr(ConfigSource, HEAD, staticmethod(head_of))

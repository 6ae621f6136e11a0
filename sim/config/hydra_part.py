"""Hydra's part of a config: composing groups, reading YAML, and the grammar of values.

Hydra and OmegaConf take half a second to import and to compose, so `compose` comes here only for
what it has not kept.
"""
# ruff: noqa: SLF001 - OmegaConf offers no other way to say how two mappings merge

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf, _utils
from omegaconf.basecontainer import BaseContainer
from omegaconf.errors import OmegaConfBaseException
from yaml._yaml import CParser
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from sim.config.faults import InputError
from sim.config.files.named import NOT_READ, shallow

CONFIG_ERRORS = (HydraException, OmegaConfBaseException, *NOT_READ)
KINDS = {"distribution", "model"}  # keys that say which other keys belong in a mapping
_LOCK = threading.Lock()  # Hydra keeps one global state a process


def composed(choices: list[str], folders: list[Path]) -> Any:  # noqa: ANN401 - a tree of YAML
    """Tree of the chosen groups; `folders` in order of who wins, the packaged one last."""
    try:
        with _hydra_over(folders), _libyaml(), _whole_if_named():
            return OmegaConf.to_container(hydra_compose("config", choices))
    except CONFIG_ERRORS as error:
        raise InputError(f"configs: {_one_line(error)}") from error


def read_yaml(file: Path, what: str) -> Any:  # noqa: ANN401 - a tree of YAML
    """Tree of one file; `what` begins the message if it is none."""
    try:
        with _LOCK, _libyaml():
            return OmegaConf.to_container(OmegaConf.load(file))
    except CONFIG_ERRORS as error:
        raise InputError(f"{what}{_one_line(error)}") from error


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


@contextmanager
def _libyaml() -> Iterator[None]:
    """Let OmegaConf read YAML by the parser in C, several times as fast as the one in Python."""
    get_slow_loader = _utils.get_yaml_loader
    slow = get_slow_loader()

    class Loader(CParser, slow):  # type: ignore[misc, valid-type]  # a class made by a function
        def __init__(self, stream: IO[str] | str) -> None:
            if isinstance(stream, str):  # a file of a bare text is read twice
                shallow(stream)
            else:
                shallow(stream.read())
                stream.seek(0)  # a stream has the file's name, for what the parser says
            CParser.__init__(self, stream)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

    _utils.get_yaml_loader = lambda: Loader
    try:
        yield
    finally:
        _utils.get_yaml_loader = get_slow_loader


@contextmanager
def _whole_if_named() -> Iterator[None]:
    """Let a mapping that names its kind replace the one below it, whose keys may be of another."""
    merge = BaseContainer._map_merge

    def replace_or_merge(below: BaseContainer, above: BaseContainer) -> None:
        content = above._value()
        if isinstance(content, dict) and content.keys() & KINDS:
            below._set_value({})
        merge(below, above)

    BaseContainer._map_merge = staticmethod(replace_or_merge)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseContainer._map_merge = staticmethod(merge)  # type: ignore[method-assign]

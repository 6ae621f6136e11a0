"""Which column of an export is what: by the names that agencies use, for a person to confirm."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.config.files.named import NOT_READ, text_of
from sim.history.faults import LogError
from sim.history.reading.headers import Looks, by_words, look_by_name

# Names of columns by role, as public exports have them (New Orleans, Seattle, Detroit, Sacramento,
# New York, Eugene and others), in the order in which they are looked for.
NAMES: dict[str, tuple[str, ...]] = {
    "id": (
        *("incident number", "master incident id", "cad event number", "nopd item", "record id"),
        *("cad evnt id", "cad incident id", "incident id", "inci id", "event number", "call id"),
        *("incident", "case id", "id", "num", "no"),
    ),
    "received": (
        *("received at", "received", "call received", "original time queued", "timecreate"),
        *("cad event original time queued", "call timestamp", "calltime", "response date"),
        *("incident datetime", "occured date time", "add ts", "create date", "recibida"),
        *("time received", "call time", "reported date", "datetime"),
    ),
    "dispatched": (
        *("dispatched", "timedispatch", "unit time assigned", "first assignment datetime"),
        *("disp ts", "call sign dispatch time", "dispatched at", "time dispatched", "dispatch"),
    ),
    "arrived": (
        *("on scene", "arrived at", "arrived", "timearrive", "unit time arrived atscene"),
        *(
            "t arrive",
            "arrived time",
            "first on scene datetime",
            "arrivd ts",
            "cad event arrived time",
        ),
        *("call sign at scene time", "arrivetime", "llegada", "at scene", "time arrived"),
    ),
    "cleared": (
        *("cleared", "timeclosed", "unit call cleared", "closed", "closng ts", "clear"),
        *("incident close datetime", "call sign in service time", "time cleared", "cleared at"),
    ),
    "type": (
        *("initial type", "initial call type", "initial problem", "typetext", "calldescription"),
        *("typ desc", "call type", "incident type", "problem", "nature", "description", "type"),
        *("descripcion", "initialtypetext", "radio code", "callcode"),
    ),
    "final_type": ("final type", "final call type", "closed as", "event clearance description"),
    "zone": (
        *("district", "sector", "precinct", "beat", "zone", "police district", "policedistrict"),
        *("nypd pct cd", "division", "area"),
    ),
    "priority": ("priority", "initial priority"),
    "disposition": ("disposition", "call disposition", "dispositiontext", "outcome"),
    "source": (
        *("callsource", "call source", "source", "selfinitiated", "self initiated"),
        *("officerinitiated", "officer initiated"),
    ),
    "unit": ("unit name", "unit", "call sign", "primeunit"),
    "updated": ("insertdate", "updated", "last updated", "modified", "update date"),
    "date": ("date", "incident date", "call date"),
    "time": ("time", "incident time"),
    "year": ("event year", "year", "yr"),
    "month": ("event month", "month"),
    "weekday": ("event dow", "weekday", "day of week", "dow"),
    "hour": ("event hour", "hour"),
}
STAMPS = ("received", "dispatched", "arrived", "cleared")
SPLIT = {  # date and time of a stamp in columns of their own: what their names begin with
    "received": ("received", "occurence", "call", "incident"),
    "dispatched": ("dispatch",),
    "arrived": ("at scene", "arrive", "arrival"),
    "cleared": ("clear", "close"),
}
AFTER = {  # seconds or minutes after the call
    "dispatched": ("secs to disp", "dispatch delay time", "dispatchtime", "minutes to dispatch"),
    "arrived": ("secs to arrv", "response time", "totalresponsetime", "minutes to arrival"),
    "cleared": ("secs to close", "total service time", "totaltime", "minutes to clear"),
}
PLACES = {  # where a call was; looked at only beside a file of zones
    "latitude": ("latitude", "lat", "y coordinate", "y"),
    "longitude": ("longitude", "long", "lon", "lng", "x coordinate", "x"),
}
ROLES = {  # that most exports have, and what each says
    "received": "When the call was received",
    "type": "Type of the call",
    "id": "Number of the incident",
    "dispatched": "When a unit was dispatched",
    "arrived": "When it arrived",
    "cleared": "When it was clear",
    "zone": "District, beat or zone",
    "priority": "Priority",
    "disposition": "Disposition",
    "final_type": "Type at the end",
    "source": "Who began the call",
    "unit": "Unit",
}
KINDS = ("date", "time", "after", "elapsed")
KNOWN = {*NAMES, *PLACES, *(f"{stamp}_{kind}" for stamp in STAMPS for kind in KINDS)}

Mapping = dict[str, str]  # column of the file by role


def proposed(names: Sequence[str], *, places: bool = False, looks: Looks = look_by_name) -> Mapping:
    """Columns of a file by role, as far as their names say; each column once.

    Names that agencies use go first, then the words in a name. Coordinates are proposed only if
    `places` are asked for; `looks` says what the cells of a column look like.
    """
    plain = {name: _plain(name) for name in names if name != "line"}
    mapping = _split(plain)
    for role, fits in NAMES.items():
        if f"{role}_date" not in mapping:
            _take(mapping, plain, role, fits)
    for role, fits in PLACES.items() if places else ():
        _take(mapping, plain, role, fits)
    for role, fits in AFTER.items():
        if role not in mapping and f"{role}_date" not in mapping:
            _take(mapping, plain, f"{role}_after", (*fits, *(f"{x} s" for x in fits)))
    for name, x in plain.items():
        if "elapsed" in x and "response" in x and name not in mapping.values():
            mapping.setdefault("arrived_elapsed", name)
    mapping |= dict(by_words([*plain], mapping, looks))
    if "type" not in mapping and "final_type" in mapping:
        mapping["type"] = mapping.pop("final_type")
    return mapping


def _take(mapping: Mapping, plain: Mapping, role: str, fits: tuple[str, ...]) -> None:
    """Give a role the first column of some names that has none yet."""
    free = {x: name for name, x in reversed(plain.items()) if name not in mapping.values()}
    found = next((free[x] for x in fits if x in free), None)
    if found is not None and role not in mapping:
        mapping[role] = found


def _split(plain: Mapping) -> Mapping:
    """Stamps whose date and time are in columns of their own."""
    mapping: Mapping = {}
    for stamp, stems in SPLIT.items():
        pairs = [(f"{stem} date", f"{stem} time") for stem in stems]
        both = next((x for x in pairs if set(x) <= set(plain.values())), None)
        if both is not None:
            _take(mapping, plain, f"{stamp}_date", both[:1])
            _take(mapping, plain, f"{stamp}_time", both[1:])
    return mapping


def _plain(name: str) -> str:
    """Name in small letters and plain words, without what stands in brackets and accents."""
    small = name.casefold().translate(str.maketrans("áéíóúñü", "aeiounu"))
    small = re.sub(r"\((?:s|min|2)\)", "", small)
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", "", small)))


def checked(mapping: Mapping, names: Sequence[str], where: str) -> Mapping:
    """Mapping, if what is needed is there.

    Raises
    ------
    LogError
        If a column is none of the file, a role is none, or what was received cannot be known.
    """
    for role, column in mapping.items():
        if role not in KNOWN:
            raise LogError(f"{where}: expected a role of {_roles()}, got {role!r}")
        if column not in names:
            raise LogError(f"{where}: expected a column of the file for {role}, got {column!r}")
    when = {"received"} & mapping.keys() or {"received_date", "received_time"} <= mapping.keys()
    when = when or {"date", "time"} <= mapping.keys() or {"arrived"} & mapping.keys()
    without_days = {"year", "month", "weekday", "hour"} <= mapping.keys()
    if not when and not without_days:
        raise LogError(
            f"{where}: expected a column of when calls were received, got {', '.join(names[:12])}; "
            "name it in mapping.yaml (received: COLUMN) and give it by --columns"
        )
    if "type" not in mapping:
        raise LogError(
            f"{where}: expected a column with the type of call, got none; without it calls of "
            "mental health cannot be told from others"
        )
    return mapping


def _roles() -> str:
    """All roles that a mapping can have, in one line."""
    others = [x for x in (*NAMES, *PLACES) if x not in ROLES]
    kinds = ", ".join(f"_{kind}" for kind in KINDS)
    return f"{', '.join([*ROLES, *others])} (of a stamp also {kinds}, such as received_date)"


def read_mapping(path: Path) -> Mapping:
    """Mapping of a file: a column by role. Errors as of `checked`."""
    try:
        tree: Any = yaml.safe_load(text_of(path))
    except NOT_READ as error:
        raise LogError(f"--columns: expected a mapping in {path.name}, got no YAML") from error
    if not isinstance(tree, dict) or not all(isinstance(x, str) for x in tree.values()):
        raise LogError(f"--columns: expected lines such as received: COLUMN in {path.name}")
    return {str(role): column for role, column in tree.items()}


def as_yaml(mapping: Mapping, unused: Sequence[str] = ()) -> str:
    """Mapping as a file for a person to confirm, with the roles and columns that are left."""
    there = {role.partition("_")[0] for role in mapping if role != "final_type"} | {*mapping}
    left = [f"# {role}: COLUMN  # {what}" for role, what in ROLES.items() if role not in there]
    lines = [
        "# Which column of the export is what. Correct it, and give it by --columns mapping.yaml.",
        yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True).rstrip("\n"),
        *(["# Not found; name a column and take the first mark away:"] if left else []),
        *left,
        *(["# Columns that are not used:"] if unused else []),
        *(f"# - {_quoted(name)}" for name in unused),
    ]
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    """Name in quotes, with whatever could end a line escaped."""
    text: str = yaml.safe_dump(name, default_style='"', allow_unicode=True, width=math.inf)
    return text.rstrip("\n")

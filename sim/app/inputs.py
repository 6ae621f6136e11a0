"""What is asked on the page: fields of a form, a link or a file, and the request they make."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sim.app.pasted import TABLES, as_csv, check_pasted
from sim.config import InputError, names, program_names
from sim.config.faults import validated
from sim.config.files.named import LOADER, NOT_READ, shallow
from sim.config.groups.hours import DAYS as WEEK

MOST_PLANS, MOST_LINES = 4, 10
Letter = Literal["A", "B", "C", "D"]
LETTERS: tuple[Letter, ...] = get_args(Letter)  # of the rosters of the page, each of them a plan
FITTED = "log_"  # what names of configs that are fitted to an uploaded log begin with
CALIBRATED = ":calibrated"  # what follows such a name where its conditioned draws are asked for
DAYS = {"every day": list(WEEK), "weekdays": list(WEEK[:5]), "weekends": list(WEEK[5:])}
KINDS = {"officer and clinician": ["officer", "clinician"], "clinician alone": ["clinician"]}
DEFAULTS = {"program": "los_angeles", "plan1": "17", "plan2": "12"}


Count = Annotated[int, Field(ge=0, le=200)]
Pasted = Annotated[str, StringConstraints(strip_whitespace=False, max_length=50_000)]


class Frozen(BaseModel):
    """Base of the inputs: nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Shift(Frozen):
    """Teams that start at one time of day, and for how long."""

    teams: Count
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    hours: Annotated[float, Field(gt=0, le=24)]
    days: Literal["every day", "weekdays", "weekends"] = "every day"
    kind: Literal["officer and clinician", "clinician alone"] = "officer and clinician"
    roster: Letter = "A"


class Inputs(Frozen):
    """Everything that is asked on the page; the same as a form, a link and a file."""

    program: str = DEFAULTS["program"]
    city: Annotated[str, Field(max_length=80)] = ""
    calls_per_year: Annotated[float, Field(gt=0, le=5e6)] | None = None
    area_sq_mi: Annotated[float, Field(gt=0, le=1e5)] | None = None
    zones: Pasted = ""
    minutes: Pasted = ""
    plans: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_PLANS)]
    roster: Annotated[tuple[Shift, ...], Field(max_length=MOST_LINES)] = ()
    roster_names: dict[Letter, Annotated[str, Field(max_length=40)]] = {}

    @property
    def asked(self) -> list[str]:
        """Plans by their names, a roster by the one that it was given."""
        own = {plan_of(letter): self.name_of(letter) for letter in LETTERS}
        return [own.get(plan, plan) for plan in self.plans]

    def name_of(self, letter: Letter) -> str:
        """Name of a roster as a plan: of letters, digits and lines that join them."""
        given = re.sub("[^a-z0-9]+", "_", self.roster_names.get(letter, "").lower()).strip("_")
        return given if re.search("[a-z]", given) else plan_of(letter)

    @property
    def is_fitted(self) -> bool:
        """Whether the city is fitted to an uploaded log, and no program."""
        return self.program.startswith(FITTED)

    @property
    def fitted_name(self) -> str:
        """Name of the configs of a fitted city, calibrated or not."""
        return self.program.removesuffix(CALIBRATED)

    @property
    def is_calibrated(self) -> bool:
        """Whether draws are asked for that were conditioned on the agency's own figures."""
        return self.program.endswith(CALIBRATED)

    @property
    def rosters(self) -> dict[str, tuple[Shift, ...]]:
        """Shifts of each roster that has any, by the name of its plan."""
        letters = [letter for letter in LETTERS if any(x.roster == letter for x in self.roster)]
        return {
            self.name_of(letter): tuple(x for x in self.roster if x.roster == letter)
            for letter in letters
        }

    @property
    def needs_folder(self) -> bool:
        """Whether configs of the person's own are asked for."""
        own_plans = not self.rosters.keys().isdisjoint(self.asked)
        return self.is_fitted or own_plans or bool(self.zones)

    @property
    def overrides(self) -> list[str]:
        """Words of a command line that ask for the same."""
        city = self.city
        if self.is_fitted:
            groups = ("demand", "service", "travel", "outcomes")
            words = [f"{group}={self.fitted_name}" for group in groups]
            words += [f"run.conditioned={draws_file(self.program)}"] if self.is_calibrated else []
            city = city or fitted_title(self.program)
        else:
            words = [f"program={self.program}"]
        if city:
            words.append(f"program.city={_quoted(city)}")
        if self.calls_per_year is not None:
            words.append(f"demand.calls_per_year={self.calls_per_year:.12g}")
        if self.area_sq_mi is not None:
            words += ["travel=square_root", f"travel.area_sq_mi={self.area_sq_mi:.12g}"]
        if self.zones:
            words += [f"demand.zones_file={TABLES['zones']}", *self._travel]
        return words

    @property
    def _travel(self) -> list[str]:
        """Words for the drive between zones of one's own: the minutes given, or by their places."""
        if not self.minutes:
            return ["travel=coordinates"]
        return ["travel=matrix", f"travel.matrix_file={TABLES['minutes']}"]

    def fields(self) -> dict[str, str]:
        """Fields of the form, as a link has them; empty ones are left out."""
        fields = {"program": self.program, "city": self.city}
        fields["calls"] = "" if self.calls_per_year is None else f"{self.calls_per_year:.12g}"
        fields["area"] = "" if self.area_sq_mi is None else f"{self.area_sq_mi:.12g}"
        fields |= {name: getattr(self, name) for name in TABLES}
        fields |= {f"plan{number}": name for number, name in enumerate(self.plans, 1)}
        fields |= {f"name{letter}": name for letter, name in self.roster_names.items()}
        for number, shift in enumerate(self.roster, 1):
            fields |= {f"{key}{number}": str(x) for key, x in shift.model_dump().items()}
        return {key: value for key, value in fields.items() if value}

    def as_yaml(self) -> str:
        """Scenario as a file that the page opens again."""
        tree = self.model_dump(mode="json", exclude_defaults=False)
        return yaml.safe_dump({"coresponder": 1, **tree}, sort_keys=False, allow_unicode=True)

    def write_files(self, config_dir: Path) -> None:
        """Put what was pasted, and the rosters, where files of the user's own are looked for."""
        for name, file in TABLES.items():
            if getattr(self, name):
                config_dir.mkdir(parents=True, exist_ok=True)
                (config_dir / file).write_text(as_csv(getattr(self, name)), encoding="utf-8")
        for plan, shifts in self.rosters.items():
            (config_dir / "staffing").mkdir(parents=True, exist_ok=True)
            text = yaml.safe_dump(_tree(plan, shifts), sort_keys=False)
            (config_dir / "staffing" / f"{plan}.yaml").write_text(text, encoding="utf-8")


def plan_of(letter: str) -> str:
    """Name of the plan of a roster."""
    return f"roster_{letter.lower()}"


def _tree(plan: str, shifts: Sequence[Shift]) -> dict[str, Any]:
    """Plan of a roster, titled by what is on it."""
    title = f"{plan.replace('_', ' ').title()}: {', '.join(map(_words, shifts))}"
    return {
        "title": title,
        "lines": [
            {
                "name": f"shift_{number}",
                "count": shift.teams,
                "pattern": "daily",
                "starts": [shift.start],
                "length_h": shift.hours,
                "days": DAYS[shift.days],
                "roles": KINDS[shift.kind],
            }
            for number, shift in enumerate(shifts, 1)
        ],
    }


def _words(shift: Shift) -> str:
    """What a shift adds to a title, such as 4 from 10:00 for 12 h."""
    days = "" if shift.days == "every day" else f" on {shift.days}"
    return f"{shift.teams} from {shift.start} for {shift.hours:g} h{days}"


def fitted_title(program: str) -> str:
    """Title of configs that are fitted to an uploaded log.

    Examples
    --------
    >>> fitted_title("log_river_city"), fitted_title("log_river_city:calibrated")
    ('River City, own calls', 'River City, own calls, calibrated')
    """
    name, calibrated, _ = program.removeprefix(FITTED).partition(CALIBRATED)
    return f"{name.replace('_', ' ').title()}, own calls{', calibrated' if calibrated else ''}"


def draws_file(program: str) -> str:
    """Name of the file of a fitted city's conditioned draws."""
    return f"{program.removesuffix(CALIBRATED)}_conditioned.json"


def from_fields(fields: Mapping[str, str], fitted: Collection[str] = ()) -> Inputs:
    """Inputs of a form or a link; `fitted` are names of configs of uploaded logs.

    Raises
    ------
    InputError
        One line for the person who filled in the form.
    """
    shifts = [_shift(fields, n) for n in range(1, MOST_LINES + 1) if _has_shift(fields, n)]
    plans = [fields.get(f"plan{number}", "").strip() for number in range(1, MOST_PLANS + 1)]
    if fields.get("compare") == "rosters":  # the button below them
        plans = [plan_of(letter) for letter in sorted({x.get("roster", "A") for x in shifts})]
        if not plans:
            raise InputError("rosters: expected teams in one of the shifts at least, got none")
    tree: dict[str, Any] = {
        "program": fields.get("program") or DEFAULTS["program"],
        "city": fields.get("city", ""),
        "calls_per_year": _number(fields.get("calls", ""), "Calls a year"),
        "area_sq_mi": _number(fields.get("area", ""), "Area"),
        **{name: fields.get(name, "") for name in TABLES},
        "plans": [plan for plan in plans if plan],
        "roster": shifts,
        "roster_names": {x: fields[f"name{x}"] for x in LETTERS if fields.get(f"name{x}")},
    }
    return _checked(tree, fitted)


def from_yaml(text: str, fitted: Collection[str] = ()) -> Inputs:
    """Inputs of a file that the page wrote; errors as of `from_fields`."""
    try:
        tree = yaml.load(shallow(text), Loader=LOADER)  # noqa: S506 - a safe one
    except NOT_READ:
        tree = None
    if not isinstance(tree, dict) or tree.pop("coresponder", None) != 1:
        raise InputError("scenario file: expected one that this page wrote, got another")
    return _checked(tree, fitted)


def _checked(tree: dict[str, Any], fitted: Collection[str]) -> Inputs:
    inputs = validated(Inputs, tree, "")
    if inputs.is_fitted and inputs.program not in fitted:
        raise InputError("program: expected a log of this session; upload and fit it again")
    if inputs.is_calibrated and (inputs.calls_per_year or inputs.area_sq_mi):
        raise InputError(
            "calls or area: expected none with a calibrated city, got some; leave them empty, or "
            "choose the city as it was fitted"
        )
    if inputs.zones and (inputs.is_fitted or inputs.area_sq_mi):
        raise InputError(
            "zones: expected none with a city of your own calls or with an area, got some; leave "
            "one of them empty"
        )
    check_pasted(inputs.zones, inputs.minutes)
    if not inputs.is_fitted and inputs.program not in program_names():
        raise InputError(f"program: expected one of the list, got {inputs.program!r}")
    known = names("staffing")
    taken = [name for name in inputs.rosters if name in known]
    if taken or len(inputs.rosters) < len({x.roster for x in inputs.roster}):
        raise InputError(
            f"rosters: expected a name of its own for each, got {', '.join(taken) or 'one for two'}"
        )
    known = [*known, *inputs.rosters]
    for plan in inputs.asked:
        if not plan.isdigit() and plan not in known:
            raise InputError(
                f"plan: expected a number of posts, a plan of the list or a roster with teams, got "
                f"{plan!r}"
            )
        if inputs.asked.count(plan) > 1:
            raise InputError(f"plan: expected every plan once, got {plan} twice")
    return inputs


def _number(text: str, what: str) -> float | None:
    """Number of a field, in which thousands may be parted by commas."""
    plain = text.strip().replace(",", "").replace("\N{NO-BREAK SPACE}", "")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError:
        raise InputError(f"{what}: expected a number such as 9,700, got {text.strip()!r}") from None


def _has_shift(fields: Mapping[str, str], number: int) -> bool:
    return fields.get(f"teams{number}", "").strip() not in ("", "0")


def _shift(fields: Mapping[str, str], number: int) -> dict[str, str]:
    keys = Shift.model_fields
    given = {key: fields.get(f"{key}{number}", "").strip() for key in keys}
    return {key: value for key, value in given.items() if value}


def _quoted(text: str) -> str:
    """Text as an override has it, whatever stands in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

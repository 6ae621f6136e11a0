"""The answer of `recommend`: the screen, everything as text, JSON, the plan as a file, figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import yaml

from sim.model.measures.dictionary import MEASURES
from sim.provenance import rerun_command
from sim.report.answer import Answer, Basis
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of, rails_tree, same_money_tree
from sim.report.wording import dollars, label, mean_of, number, percent, plural, range_of, scale
from sim.scenarios.answers.recommendation import Checked, Recommendation

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from sim.config import StaffingPlan

ROWS = (
    "reach_share",
    "within_standard_share",
    "request_to_arrival_median_min",
    "gap_hours_per_week",
    "utilization_share",
    "fte_clinician",
    "fte_officer",
    "cost_per_year",
)
OVER = {"week": "", "by_hour": " in every hour of the week", "by_zone": " in every zone"}
WORST = {"week": "", "by_hour": " in the worst hour", "by_zone": " in the worst zone"}
FILE = "staffing/recommended.yaml"


@dataclass(frozen=True)
class RecommendReport(Answer):
    """A recommended plan as it is published."""

    answer: Recommendation

    def basis(self) -> Basis:
        """Return the config and the plan, and how it was run."""
        made = self.answer
        plans = [] if made.plan is None else [made.plan]
        return Basis(made.config, plans, made.fresh_years, made.check)

    def summary(self) -> str:
        """Return the first screen."""
        return _text(self.answer, "recommend_screen.txt")

    def full(self) -> str:
        """Return how it was found as well, the screen at the top."""
        return f"{self.summary()}\n\n{_text(self.answer, 'recommend_full.txt')}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.answer)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, the plan as a staffing file, and its measures."""
        files: dict[str, str | pl.DataFrame] = {"full.txt": f"{self.full()}\n"}
        if self.answer.plan is not None:
            frame = self.answer.to_frame()
            files |= {"recommended.yaml": plan_file(self.answer.plan)}
            files |= {"measures.parquet": frame, "measures.csv": as_csv(frame)}
        return files

    def figures(self) -> dict[str, Figure]:
        """Return the week against the load, and what the plans tried cost and do."""
        from sim.report.experiments.recommend_figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.answer)


def plan_file(plan: StaffingPlan) -> str:
    """Plan as a file of `configs/staffing/`."""
    lines = [
        line.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        for line in plan.lines
    ]
    for line in lines:
        if isinstance(line.get("length_h"), dict):
            line["length_h"] = line["length_h"]["value"]
    return yaml.safe_dump({"title": plan.title, "lines": lines}, sort_keys=False)


def _text(answer: Recommendation, template: str) -> str:
    return rendered(
        template,
        answer=answer,
        shifts=_shifts(answer),
        measures=_measures(answer),
        target_words=target_words,
        shown=shown,
        dollars=dollars,
        saving=_saving(answer),
        headline=_headline(answer),
        nothing=_nothing(answer),
        percent=percent,
        millions=millions,
        gives_up=_gives_up(answer),
        next=_following(answer),
        own=answer.request.config_dir or "YOUR_CONFIGS",
        plural=plural,
    )


def millions(value: float) -> str:
    """Dollars as exactly as a budget is held, "$19.87 million"."""
    return dollars(value, max(3, len(f"{abs(value):.0f}") - 4))


def _headline(answer: Recommendation) -> str:
    """What was found, no stronger than what fresh years say of it."""
    wanted = "the target" if len(answer.targets) == 1 else "the targets"
    if answer.goal:
        most = MEASURES[answer.goal].label.lower()
        return f"the plan found with the most {most} within the limits"
    failed = len(answer.unconfirmed)
    if failed:
        of = len(answer.targets) + (answer.budget is not None)
        what = "limits and targets" if answer.budget else "targets"
        of_them = f"{failed} of {of} {what}" if of > 1 else "its target is"
        verb = "" if of == 1 else " are" if failed > 1 else " is"
        return f"the cheapest plan found; {of_them}{verb} not confirmed on fresh years"
    if answer.proven:
        return f"the plan of least cost that meets {wanted}"
    return f"the cheapest plan found that meets {wanted}"


def _nothing(answer: Recommendation) -> str:
    """That no plan was found, with what was asked of it."""
    within = " within the limits" if answer.limited else ""
    return f"no plan found{within}" if answer.goal else f"no plan found{within} meets the targets"


def _gives_up(answer: Recommendation) -> list[str]:
    """What the nearest cheaper plan gives up of each target, in units that are shown."""
    if answer.cheaper is None:
        return []
    lost = zip(answer.targets, answer.cheaper.gives_up.values(), strict=True)
    return [_lost(target, each) for target, each in lost]


def _lost(target: Checked, margin: float) -> str:
    """How far a measure moves to the wrong side, "Reached (%) is 7.5 lower in the worst zone"."""
    lower = (margin >= 0) == (target.sense == ">=")
    by = number(abs(scale(target.measure) * margin))
    what, _, unit = label(target.measure).rpartition(", ")
    named = f"{what} ({unit})" if what else unit
    return f"{named} is {by} {'lower' if lower else 'higher'}{WORST[target.over]}"


def _following(answer: Recommendation) -> str:
    """Compare the plan with posts around the clock, or look at it alone."""
    overrides, place = answer.request.overrides, answer.request.place
    place = place or ["--config-dir", "YOUR_CONFIGS"]
    if answer.flat is None:
        return rerun_command("run", ["recommended"], overrides, place)
    return rerun_command("compare", ["recommended", str(answer.flat.posts)], overrides, place)


def _saving(answer: Recommendation) -> str:
    """Saving against posts around the clock, with the range to quote."""
    if answer.flat is None:
        return ""
    mean, spread = answer.flat.saving.mean or 0.0, answer.flat.saving_spread
    ends = (answer.flat.saving.low, answer.flat.saving.high)
    if spread is not None and spread.low is not None and spread.high is not None:
        ends = min(spread.low, mean), max(spread.high, mean)
    share = percent(mean / answer.flat.cost)
    between = " to ".join(dollars(end) for end in ends if end is not None)
    return f"{dollars(mean)} a year ({between}), {share} of its cost"


def target_words(target: Checked) -> str:
    """Target as a sentence calls it, "Reached, %: at least 90"."""
    sense = "at least" if target.sense == ">=" else "at most"
    value = number(scale(target.measure) * target.value)
    return f"{label(target.measure)}{OVER[target.over]}: {sense} {value}"


def shown(target: Checked, value: float) -> str:
    """Value of a target's measure with a decimal."""
    return number(scale(target.measure) * value, 10)


def _shifts(answer: Recommendation) -> Table:
    plan = answer.plan
    rows = [] if plan is None else [_shift(line) for line in plan.lines]
    return Table(["teams", "start", "hours", "days"], [Group(rows)], "rrrl")


def _shift(line: Any) -> list[str]:  # noqa: ANN401 - a line of a plan
    if line.pattern == "continuous":
        return [str(line.count), "around the clock", "24", "every day"]
    days = {7: "every day", 5: "weekdays", 2: "weekends"}[len(line.days)]
    return [str(line.count), line.starts[0], f"{line.length_h.value:g}", days]


def _measures(answer: Recommendation) -> Table:
    rows = [
        [label(name), mean_of(x, scale(name)), range_of(x, scale(name))]
        for name, x in answer.measures.items()
        if name in ROWS
    ]
    head = ["on fresh years", "mean", "chance"]
    return Table(head, [Group(rows)])


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: Recommendation) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    plans = [] if answer.plan is None else [answer.plan]
    return {
        "scenario": {
            "program": answer.config.program.name,
            "title": answer.config.program.title,
            "seed": answer.config.run.seed,
            "window_days": answer.window_days,
            "fresh_years": answer.fresh_years,
            "config_hash": hash_of(answer.config, plans),
        },
        "plan": None if answer.plan is None else answer.plan.model_dump(mode="json"),
        "goal": answer.goal or None,
        "confirmed": answer.confirmed,
        "targets": [target._asdict() for target in answer.targets],
        "budget": answer.budget and answer.budget._asdict(),
        "searches": answer.rounds,
        "search_stopped": answer.stopped or None,
        "reasons": list(answer.reasons),
        "nearest": [x._asdict() for x in answer.nearest],
        "measures": {name: asdict(interval) for name, interval in answer.measures.items()},
        "proven": answer.proven,
        "bound": answer.bound,
        "plans_tried": answer.evaluations,
        "flat": None
        if answer.flat is None
        else {
            "posts": answer.flat.posts,
            "cost": answer.flat.cost,
            "saving": asdict(answer.flat.saving),
            "saving_spread": answer.flat.saving_spread and asdict(answer.flat.saving_spread),
            "measures": {name: asdict(x) for name, x in answer.flat.measures.items()},
        },
        "cheaper": None if answer.cheaper is None else answer.cheaper._asdict(),
        "people": answer.people,
        "same_money": same_money_tree(answer.same_money),
        "week": answer.week._asdict(),
        "warnings": rails_tree(answer.warnings),
    }

"""The answer of `calibrate`: the screen, everything as text, JSON, tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.files.conditioned import written
from sim.files import put
from sim.model.measures.dictionary import MEASURES
from sim.provenance import rerun_command
from sim.report.answer import Answer, Basis, NotWrittenError
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of, held_tree
from sim.report.wording import BLANK, WIDTH, columns, label, number
from sim.scenarios.answers.calibration import Calibration, Moved, Predicted
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.keys import key_words

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

DRAWS = "conditioned.json"
ROOM = ((6, 6), (5, 4), (4, 2), (3, 0))  # assumptions, and figures of which nothing was observed
LINES = 28  # of a screen of 30; a blank one and the results folder follow
MOST_CONFLICTS = 2
MOST_OTHERS = 3  # plans of a command beside the one that was observed
ENDS = 3  # significant digits of an end


@dataclass(frozen=True)
class CalibrateReport(Answer):
    """A calibration as it is published."""

    answer: Calibration

    def basis(self) -> Basis:
        """Return the config before conditioning, the plan, and how it was run."""
        made = self.answer
        return Basis(made.config, [made.plan], made.draws, made.check)

    def summary(self) -> str:
        """Return the first screen: as many rows as it has room for."""
        for rows, others in ROOM:
            moved = self.answer.moved[:rows]
            text = _text(self.answer, "calibrate_screen.txt", moved, others)
            if columns() == WIDTH and text.count("\n") < LINES:
                break
        return text

    def full(self) -> str:
        """Return every assumption with its source, the screen at the top."""
        text = _text(self.answer, "calibrate_full.txt", self.answer.assumptions, 0)
        return f"{self.summary()}\n\n{text}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer but the draws."""
        return tree(self.answer)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, the assumptions as rows, and the draws."""
        files: dict[str, str | pl.DataFrame] = {"full.txt": f"{self.full()}\n"}
        if self.answer.conditioned is None:
            return files
        frame = self.answer.to_frame()
        files |= {"assumptions.parquet": frame, "assumptions.csv": as_csv(frame)}
        return files | {DRAWS: written(self.answer.conditioned)}

    def figures(self) -> dict[str, Figure]:
        """Return what moved, and observed figures against what is predicted."""
        from sim.report.experiments.calibrate_figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.answer)


def write_draws(answer: Calibration) -> None:
    """Write the conditioned draws where they are asked for; nothing if there are none.

    Raises
    ------
    NotWrittenError
        If they cannot be written.
    """
    if answer.conditioned is None:
        return
    file = draws_file(answer)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, written(answer.conditioned).encode())
    except OSError as error:
        raise NotWrittenError(
            f"--out: expected room for {file}, got {error.strerror or type(error).__name__!r}"
        ) from error


def draws_file(answer: Calibration) -> Path:
    """Where the conditioned draws are written."""
    return Path(str(answer.request.own.get("out", "my_city"))) / DRAWS


def section_of(answer: Calibration, figures: Mapping[str, str]) -> str:
    """HTML of a calibration as a part of a page.

    Parameters
    ----------
    answer
        The calibration.
    figures
        Address of each figure by its name.
    """
    moved, others = answer.moved, len(answer.others)
    return _text(answer, "calibrate_section.html", moved, others, figures)


def _text(
    answer: Calibration,
    template: str,
    moved: list[Moved],
    others: int,
    drawn: Mapping[str, str] | None = None,
) -> str:
    checked = [x for x in answer.held_out if x.held_out is not None]
    return rendered(
        template,
        answer=answer,
        drawn=drawn or {},
        moved=moved,
        assumptions=assumption_table(moved),
        figures=figure_table(answer, others),
        checked=checked,
        missed=[x for x in answer.figures if x.is_missed],
        conflicts=answer.conflicts[:MOST_CONFLICTS],
        unlisted=answer.moved[len(moved) :],
        by_others=answer.outcomes_moved_by_others,
        calls=answer.calls_per_year,
        calls_differ=len({f"{x:,.0f}" for x in answer.calls_per_year}) > 1,
        shown=shown,
        key_words=key_words,
        ends=ends_words,
        end=end_words,
        file=draws_file(answer),
        next=following(answer),
        again=again_wider(answer),
    )


def following(answer: Calibration) -> str:
    """Command that takes the conditioned draws: one post more, another plan, or the plan itself."""
    plan, request = answer.plan.name, answer.request
    more = [str(answer.plan.teams + 1), plan] if plan.isdigit() else [*_other(answer), plan]
    words = [] if request.config_dir is None else ["--config-dir", str(request.config_dir)]
    overrides = [*request.overrides, f"run.conditioned={draws_file(answer)}"]
    return rerun_command("compare" if len(more) > 1 else "run", more, overrides, words)


def again_wider(answer: Calibration) -> str:
    """Command that tries a conflict again with the first range that can give; none if none can."""
    wider = [x.wider for conflict in answer.conflicts for x in conflict.giving if x.wider]
    if not wider:
        return ""
    request = answer.request
    options = ["--observed", str(request.own["observed"]), "--out", str(draws_file(answer).parent)]
    options += [] if request.config_dir is None else ["--config-dir", str(request.config_dir)]
    words = [answer.plan.name], [*request.overrides, *wider[0]]
    return rerun_command("calibrate", *words, options)


def _other(answer: Calibration) -> list[str]:
    """Other plans of the agency's own folder, those of its program first."""
    folder = answer.request.config_dir
    if folder is None:
        return []
    there = [path.stem for path in sorted((folder / "staffing").glob("*.yaml"))]
    first = [name for name in answer.config.program.plans if name in there]
    names = dict.fromkeys([*first, *there])
    return [name for name in names if name != answer.plan.name][:MOST_OTHERS]


# --- words and tables ----------------------------------------------------------------------------


def end_words(value: float | None) -> str:
    """Value of an assumption in three digits."""
    if value is None:
        return BLANK
    return number(value) if abs(value) >= 10**ENDS else f"{value:.{ENDS}g}"


def ends_words(interval: Interval) -> str:
    """Interval of an assumption, "12 to 30"."""
    return f"{end_words(interval.low)} to {end_words(interval.high)}"


def shown(predicted: Predicted, value: float | None, like: float | None = None) -> str:
    """Value of a figure as it is shown; shares in percent."""
    factor = 100.0 if predicted.unit == "share" else 1.0
    return number(
        None if value is None else factor * value, None if like is None else factor * like
    )


def assumption_table(moved: list[Moved]) -> Table:
    """Row an assumption: its median and range before and after."""
    head = ["assumption", "before", "95%", "after", "95%", "shift in SDs", "narrower"]
    return Table(head, [Group([_assumption(x) for x in moved])], "lrrrrrr")


def _assumption(moved: Moved) -> list[str]:
    return [
        key_words(moved.name, moved.label),
        end_words(moved.before.mean),
        ends_words(moved.before),
        end_words(moved.after.mean),
        ends_words(moved.after),
        number(moved.shift_sd, 1, sign=True),
        f"{100 * max(moved.narrows_share, 0.0):.0f}%",
    ]


def figure_table(answer: Calibration, others: int) -> Table:
    """Row a figure: observed, and a year as predicted before and after; some others below."""
    head = ["a year", "observed, 95%", "before, 95%", "after, 95%", ""]
    kinds = (
        (answer.figures, "used"),
        (answer.held_out, "check only"),
        (answer.others[:others], ""),
    )
    groups = [Group([_figure(x, kind) for x in rows]) for rows, kind in kinds if rows]
    return Table(head, groups, "lrrrl")


def _figure(predicted: Predicted, kind: str) -> list[str]:
    size = predicted.observed or predicted.before.mean
    observed = shown(predicted, predicted.observed, size)
    if predicted.se is not None:
        observed = f"{observed} ± {shown(predicted, 1.96 * predicted.se, size)}"
    return [
        _labeled(predicted),
        observed,
        _spanned(predicted, predicted.before, size),
        _spanned(predicted, predicted.after, size),
        kind,
    ]


def _labeled(predicted: Predicted) -> str:
    """Label with its unit; of a share with what it is a share of."""
    measure = MEASURES.get(predicted.name)
    if measure is not None and measure.label == predicted.label:
        return label(predicted.name)
    return f"{predicted.label}, {'%' if predicted.unit == 'share' else predicted.unit}"


def _spanned(predicted: Predicted, interval: Interval | None, size: float | None) -> str:
    if interval is None or interval.mean is None:
        return BLANK
    low, high = (shown(predicted, end, size) for end in (interval.low, interval.high))
    return f"{low} to {high}"


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: Calibration) -> dict[str, Any]:
    """Everything of an answer as plain data, but for the draws."""
    return {
        "scenario": {
            "program": answer.config.program.name,
            "title": answer.config.program.title,
            "plan": answer.plan.name,
            "seed": answer.config.run.seed,
            "window_days": answer.window_days,
            "config_hash": hash_of(answer.config, [answer.plan]),
        },
        "standing": answer.standing,
        "observed": {"source": answer.source, "period": answer.period},
        "draws": answer.draws,
        "draws_near": answer.near,
        "draws_effective": answer.effective,
        "figures": [_predicted(x) for x in answer.figures],
        "held_out": [_predicted(x) for x in answer.held_out],
        "others": [_predicted(x) for x in answer.others],
        "assumptions": answer.to_frame().to_dicts(),
        "conflicts": [
            {
                "figure": x.figure.name,
                "observed": x.figure.value,
                "closest": x.closest,
                "distance_se": x.distance_se,
                "together": x.together,
                "pressed": x.pressed,
                "giving": [giving._asdict() for giving in x.giving],
            }
            for x in answer.conflicts
        ],
        "file": None if answer.conditioned is None else str(draws_file(answer)),
    }


def _predicted(predicted: Predicted) -> dict[str, Any]:
    row = predicted._asdict()
    for name in ("before", "after"):
        span: Interval | None = row[name]
        row[name] = span and {"median": span.mean, "low": span.low, "high": span.high}
    row["held_out"] = None if predicted.held_out is None else held_tree(predicted.held_out)
    return row

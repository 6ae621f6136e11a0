"""The evidence in words: a page of text, one of Markdown (docs/evidence.md), and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sim.config import Sourced
from sim.config.groups.outcomes import Effect
from sim.config.groups.pooling import HETEROGENEITY, WIDER_HETEROGENEITY, Study
from sim.config.meta_analysis import Method
from sim.report.rendering import rendered, sentence
from sim.report.table import Group, Table
from sim.report.wording import BLANK, percent
from sim.scenarios.answers.evidence import EffectEvidence, Evidence, Number, Option, Ratio

LETTERS = {
    "S": "seen in the source's own text",
    "S2": "seen in a secondary source",
    "D": "derived by the arithmetic shown, or by definition",
    "R": "remembered; not seen in any source",
    "A": "an assumption; its range is a judgment unless it says whose",
    "": "a setting for the user, not a fact: 1 or 0 as shipped",
}
DESIGNS = {
    "randomized": "randomized trial",
    "quasi_experiment": "quasi-experiment",
    "before_after": "before and after",
    "descriptive": "descriptive",
}
METHODS: dict[Method, str] = {
    "half_normal": f"half-normal, scale {HETEROGENEITY:g} (in use)",
    "half_normal_wide": f"half-normal, scale {WIDER_HETEROGENEITY:g}",
    "dersimonian_laird": "DerSimonian-Laird, normal",
    "paule_mandel": "Paule-Mandel, normal",
    "hartung_knapp": "Hartung-Knapp, Student's t",
}
WHEN = {  # options that are shipped; a user's own says what it is in its head
    "default": "where nothing better is known of your city: start here",
    "evidence": "in place of the default, to name it in a command that is kept",
    "null_trial": "where only randomized evidence counts; show it beside the default",
    "optimistic": "to say how good it could be at best; never alone",
    "none": "to check: every net diversion is then exactly zero",
    "own_counts": "where all five fates were counted among the same people; copy it",
    "one_count": "where one fate was counted, and the others are known roughly; copy it",
    "patrol_and_team": "where both worlds were seen in one city, and you take them as alike",
    "fewer_repeats": "to see what visits would change if they averted calls",
}
WHEN_COSTS = {"default": "always; put in your own pay, your own savings and your own grant"}
NOT_MODELED = (
    "Use of force, injury and death.",
    "Race, language, age, and whether effects differ by them.",
    "The quality of treatment, and whether a referral or a connection led to any.",
    "How long somebody stays in jail or in the hospital, beyond an assumed mean.",
    "Bookings, holds and hospital visits on later days, except on calls that visits avert.",
    "Effects that change with time, with who is on the team, or with how many teams there are.",
)


def markdown(evidence: Evidence) -> str:
    """Text of docs/evidence.md."""
    return f"{_rendered(evidence, 'md')}\n"


def page(evidence: Evidence) -> str:
    """The same to be read in a terminal."""
    return _rendered(evidence, "txt")


def screen(evidence: Evidence) -> str:
    """What decides, on one screen: letters, effects, and where the assumptions are."""
    groups = [
        (name, f"{len(numbers)}", f"{evidence.assumed[name]}")
        for name, numbers in evidence.numbers.items()
    ]
    return rendered(
        "evidence_screen.txt",
        evidence=evidence,
        letters=_letters(evidence),
        effects=_effects(evidence.effects),
        groups=Table(("Group", "numbers", "assumptions"), [Group(groups)]),
        not_modeled=NOT_MODELED,
    )


def _effects(effects: Sequence[EffectEvidence]) -> Table:
    head = ("Effect on", "studies", "randomized", "odds ratio in use", "chance below 1")
    return Table(head, [Group([_effect(effect) for effect in effects])])


def _effect(effect: EffectEvidence) -> tuple[str, ...]:
    randomized = sum(study.design == "randomized" for study in effect.studies)
    return (
        f"{effect.name}s",
        f"{len(effect.studies)}",
        f"{randomized}",
        "computed" if effect.used is None else span(effect.used),
        percent(effect.pools[0].chance_below_one) if effect.pools else BLANK,
    )


def _rendered(evidence: Evidence, form: str) -> str:
    return rendered(
        "evidence.md",
        form,
        evidence=evidence,
        letters=_letters(evidence),
        pools=_pools,
        studies=_studies,
        outcomes=_outcomes(evidence.outcomes),
        costs=_costs(evidence.costs),
        group=_group,
        not_modeled=NOT_MODELED,
        span=span,
    )


# --- tables --------------------------------------------------------------------------------------


def _letters(evidence: Evidence) -> Table:
    rows = [
        (letter or BLANK, f"{evidence.by_letter[letter]}", sentence(meaning))
        for letter, meaning in LETTERS.items()
    ]
    return Table(("Letter", "Numbers", "Means"), [Group(rows)], "lrp")


def _pools(effect: EffectEvidence) -> Table:
    head = ("Method", "SD", "Mean program", "New program", "Below 1")
    rows = [
        (
            METHODS[pooling.method],
            f"{pooling.tau:.3f}",
            span(pooling.mean),
            span(pooling.new_program),
            percent(pooling.chance_below_one),
        )
        for pooling in effect.pools
    ]
    return Table(head, [Group(rows)])


def _studies(effect: EffectEvidence) -> Table:
    head = (
        *("Study", "Design", "Team, patrol", "Measured", "Odds ratio", "Pooled", "Year"),
        *("Letter", "Source, ratio, note"),
    )
    return Table(head, [Group([_study(study) for study in effect.studies])], "llllllllp")


def _study(study: Study) -> tuple[str, ...]:
    ratio, team, patrol = study.odds_ratio, study.n_team, study.n_patrol
    derived = "" if ratio is None else f"Ratio ({ratio.confidence}): {ratio.source}"
    return (
        study.name,
        DESIGNS[study.design],
        "not seen" if team is None or patrol is None else f"{team:,} against {patrol:,}",
        study.outcome,
        BLANK if ratio is None else span(ratio),
        "yes" if study.pooled else "no",
        f"{study.year}",
        study.confidence,
        " ".join(sentence(text) for text in (study.source, derived, study.note) if text),
    )


def _outcomes(options: Sequence[Option]) -> Table:
    head = ("Option", "Arrest", "Hold", "Voluntary transport", "Use it", "What it is")
    rows = [
        (f"`{option.name}`", *_ratios(option.effect), WHEN.get(option.name, BLANK), option.says)
        for option in options
    ]
    return Table(head, [Group(rows)], "lllllp")


def _ratios(effect: Effect | None) -> tuple[str, ...]:
    if effect is None:
        return ("computed",) * 3
    ratios = (effect.arrest_odds_ratio, effect.hold_odds_ratio, effect.voluntary_odds_ratio)
    return tuple(map(span, ratios))


def _costs(options: Sequence[Option]) -> Table:
    rows = [
        (f"`{option.name}`", WHEN_COSTS.get(option.name, BLANK), option.says) for option in options
    ]
    return Table(("Option", "Use it", "What it is"), [Group(rows)], "llp")


def _group(numbers: Sequence[Number]) -> Table:
    head = ("Key", "Value", "Low to high", "Year", "Letter", "Source")
    return Table(head, [Group([_number(number) for number in numbers])], "lllllp")


def _number(entry: Number) -> tuple[str, ...]:
    number = entry.number
    low, high = number.low, number.high
    ends = BLANK if low is None or high is None else f"{low:,.6g} to {high:,.6g}"
    year = BLANK if number.year is None else f"{number.year}"
    source = sentence(number.source) if number.source else "A setting."
    return f"`{entry.key}`", _value(number), ends, year, number.confidence or BLANK, source


# --- figures in words ----------------------------------------------------------------------------


def _value(number: Sourced) -> str:
    """Value of a number, and the counts it is made of if it is."""
    counts = "" if number.k is None or number.n is None else f" ({number.k:,} of {number.n:,})"
    return f"{number.value:,.6g}{counts}"


def span(ratio: Sourced | Ratio) -> str:
    """Ratio and its range, "0.48 (0.25 to 0.92)"."""
    if ratio.low is None or ratio.high is None or ratio.low == ratio.high:
        return _ratio(ratio.value)
    return f"{_ratio(ratio.value)} ({_ratio(ratio.low)} to {_ratio(ratio.high)})"


def _ratio(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


# --- as JSON -------------------------------------------------------------------------------------


def evidence_json(evidence: Evidence) -> str:
    """One JSON object: letters, studies, pools, options and numbers."""
    options = (("outcomes", evidence.outcomes), ("costs", evidence.costs))
    tree = {
        "program": evidence.config.program.name,
        "letters": LETTERS,
        "effects": {effect.name: _effect_tree(effect) for effect in evidence.effects},
        "options": {
            name: {option.name: option.says for option in group} for name, group in options
        },
        "numbers": {
            number.key: number.number.model_dump(mode="json")
            for numbers in evidence.numbers.values()
            for number in numbers
        },
        "not_modeled": NOT_MODELED,
    }
    return json.dumps(tree, indent=2, ensure_ascii=False)


def _effect_tree(effect: EffectEvidence) -> dict[str, Any]:
    return {
        "studies": [study.model_dump(mode="json") for study in effect.studies],
        "pools": [
            {**x._asdict(), "mean": x.mean._asdict(), "new_program": x.new_program._asdict()}
            for x in effect.pools
        ],
        "chance_below_one": effect.pools[0].chance_below_one if effect.pools else None,
        "used": None if effect.used is None else effect.used.model_dump(mode="json"),
    }

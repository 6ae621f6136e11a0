"""The guard rails: what a reader must doubt in an answer, each rule declared here once.

A rule has the word that stands beside it on a screen, how grave it is, the plain sentence that it
says, and what to do about it. Whether one holds, and the figures in its sentence, is found in
`sim.scenarios.rails`. Every door reads what was raised from the answer: the screen shows the first
few that its own sentences do not say, all others show all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Severity = Literal["grave", "doubt", "context"]
Facts = Mapping[str, str]


class Rule(NamedTuple):
    """A rule; names in braces are figures of its sentence and advice.

    "grave": the figures do not mean what they seem to. "doubt": a claim is open. "context": what a
    figure holds for.
    """

    word: str
    severity: Severity
    sentence: str
    advice: str = ""


class Rail(NamedTuple):
    """A rule that holds, with its figures put in."""

    rule: str
    word: str
    severity: Severity
    text: str
    advice: str

    def __str__(self) -> str:
        """Sentence, and what to do about it."""
        return f"{self.text} {self.advice}".rstrip()


RULES: dict[str, Rule] = {  # the gravest first, which is the order of a screen
    "files": Rule("Check", "grave", "{text}"),
    "made_up": Rule(
        "Made up",
        "grave",
        "Marked as made up: {keys}.{others}",
        "An answer says nothing of your city until your own figures stand there.",
    ),
    "overload": Rule(
        "Overload",
        "grave",
        "With {plan} the load exceeds the teams{amounts}: {open} of 100 requested calls are still "
        "open at the end, so what share is reached cannot be said.",
        "Add teams or hours.",
    ),
    "open": Rule(
        "Open",
        "grave",
        "{share} of requested calls are still open at the end of the run {where}, and are left out "
        "of the shares.",
        "Use a longer run.tail_days; if that changes nothing, the load exceeds the teams.",
    ),
    "no_way": Rule(
        "Travel",
        "grave",
        "The travel table has no way from any base of {plan} to {zones}: nobody is sent there, and "
        "these calls count as out of range.",
        "Check the table, or station a team there (base_zones of a line).",
    ),
    "warm_up": Rule(
        "Warm-up",
        "grave",
        "With {plan} the run settles only {when} (MSER-5 on the calls in hand), and "
        "run.warm_up_days is {warm_up}: what is measured leans on how it began, empty.",
        "Set run.warm_up_days={days}.",
    ),
    "tuned": Rule(
        "Tuned",
        "grave",
        "{targets}: met only on the years that the plan was tuned on, and not confirmed on "
        "{years} fresh ones.",
        "Use more years in the search (run.replications), or a stricter target.",
    ),
    "central": Rule(
        "Central",
        "doubt",
        "The plan was searched for, and its targets are met, at central values of the assumptions: "
        "the ranges of its measures are of chance alone, and narrower than what is known.",
        "Hold it against today's plan with compare, which draws the assumptions.",
    ),
    "loaded": Rule(
        "Load",
        "doubt",
        "There is more work than teams {where}: all requested calls would keep {load} teams busy "
        "on average, with {teams} on duty{others}.",
        "Add teams or hours.",
    ),
    "precision": Rule(
        "Chance",
        "doubt",
        "The precision asked for was not reached in {n} replications.",
        "Raise run.precision.maximum.",
    ),
    "chance": Rule(
        "Ranges",
        "doubt",
        "No assumption was drawn (run.draws=0), so every range here is of chance only: not the "
        "range to quote.",
    ),
    "few": Rule(
        "Chance",
        "doubt",
        "Ranges of chance rest on {n}, and are themselves uncertain with fewer than 5.",
        "Set run.replications=20.",
    ),
    "replications": Rule(
        "Chance",
        "doubt",
        "{n} replications are too few to tell {plan} from {base} by {what}: the difference is "
        "{change}, give or take {half} by chance; {needed} would make that half of it.",
        "Set run.replications={most}.",
    ),
    "travel": Rule(
        "Travel",
        "doubt",
        "Most of the difference depends on how drives are modeled: {label}, {reached}.",
    ),
    "history": Rule(
        "History",
        "doubt",
        "The model is {verdict} with what is published: {simulated} in a single year; {published} "
        "in {year}.",
    ),
    "history_open": Rule(
        "History",
        "doubt",
        "What is published of {plan} in {year} was not held against this run{why}.",
        "coresponder programs {program} has how the model does there.",
    ),
    "history_elsewhere": Rule(
        "History",
        "doubt",
        "What is published of {plan} was not held against this run; the model is {verdict} with it "
        "({figure}: {published}; in a single year {in_a_year}).",
        "coresponder programs {program} has the whole.",
    ),
    "replaced": Rule(
        "Program",
        "doubt",
        "{chosen} {stand} in place of the whole file that {program} has of its own, with all that "
        "hangs on it: in that part the figures are no longer that program's.",
        "To change one figure of the program, set its key alone.",
    ),
    "volume": Rule(
        "Volume",
        "doubt",
        "{calls} calls a year are {times} the {base} that program={program} is made of; the hours "
        "of the week, call types, who asks for a team and durations stay as they are there, unless "
        "you set them too.",
        "Set what differs in a place of that size, or fit your own log.",
    ),
    "fitted": Rule(
        "Fitted",
        "doubt",
        "Beyond what was fitted ({period}): {what}.",
        "Fit a log that has them, or take the figures for an extrapolation.",
    ),
    "diverted": Rule(
        "Diverted",
        "doubt",
        "No drop in people taken {places} can be claimed{of}: {ranges} zero.",
    ),
    "hinges": Rule(  # before the next: where both hold, the foremost bar is this one's
        "Depends",
        "doubt",
        "Net benefit{of} depends most on {label}{key}: changes by {low}, {high}; {sign}.",
    ),
    "leans": Rule(
        "Depends",
        "doubt",
        "Net benefit{of} depends on a shipped assumption, {label}{key}: changes by {low}, {high}; "
        "{sign}.{others}",
        "Set your own figure.",
    ),
    "reading": Rule(
        "Meaning",
        "doubt",
        "If these numbers mean {label}, not posts around the clock: {reached}.",
    ),
    "selected": Rule(
        "Outcomes",
        "doubt",
        "The outcome shares come from calls that officers referred (outcomes.observed_on); with "
        "{plan}, {share} arrive another way, so these shares may not apply.",
        "They hold where officers ask for every team (dispatch=officer_request); for other ways, "
        "use outcomes observed on all calls.",
    ),
    "reached_only": Rule(
        "Times",
        "context",
        "Response times are of reached calls alone, and the plans do not reach the same "
        "({reached}): only the difference, on calls that both reach, compares like with like.",
    ),
    "points": Rule(
        "Chance",
        "doubt",
        "{n} replications are too few to tell the points apart by {what}: from the lowest to the "
        "highest it is {change}, give or take {half} by chance; {needed} would make that half of "
        "it.",
        "Set run.replications={most}.",
    ),
    "alike": Rule(
        "Chance",
        "context",
        "There is no difference to find between {plan} and {base} by {what}: {change}, give or "
        "take {half} by chance.",
    ),
    "load": Rule(
        "Load",
        "context",
        "In {over} of the {hours} staffed hours of the week, the calls keep as many teams busy "
        "{where} as are on duty, or would keep more (worst {worst}: work for {load} teams, {teams} "
        "on duty){others}.",
    ),
    "no_visits": Rule(
        "Visits",
        "context",
        "With {plan}, nobody makes the visits that are due.",
        "Add case managers or peers (a line with roles: [case_manager]), or set "
        "service.follow_up.by_teams=true and have spare teams.",
    ),
    "visits_expire": Rule(
        "Visits",
        "context",
        "With {plan}, {share} of the visits that are due expire before they are made.",
        "Add people to make them, or longer hours (service.follow_up.open).",
    ),
}
IN_THE_ANSWER = frozenset({"overload"})  # the sentence that answers says it itself


def rail(rule: str, facts: Facts) -> Rail:
    """Rule with its figures."""
    word, severity, sentence, advice = RULES[rule]
    return Rail(rule, word, severity, sentence.format_map(facts), advice.format_map(facts))


def without_shortcuts(overrides: Sequence[str], draws: int, rails: Sequence[Rail]) -> list[str]:
    """Overrides of the next question, without those that made this answer a rough one.

    Examples
    --------
    >>> without_shortcuts(["run.seed=3", "run.draws=0"], 0, [])
    ['run.seed=3']
    """
    rough = ["run.draws="] if draws == 0 else []
    rough += ["run.replications="] if any(x.rule == "few" for x in rails) else []
    return [word for word in overrides if not word.startswith(tuple(rough))]

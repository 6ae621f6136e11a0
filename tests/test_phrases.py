"""Phrases that once made readers stumble stay out of what people read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TREES = ("sim/**/*.py", "sim/**/*.txt", "sim/**/*.md", "configs/**/*.yaml", "docs/*.md")
ALONE = ("*.md", "notebooks/*.py", "benchmarks/*.md")
READ = sorted(path for pattern in (*TREES, *ALONE) for path in ROOT.glob(pattern))
HISTORY = "CHANGELOG.md"  # names what was before

PHRASES = {
    r"(is|are) wanted": "expected …, got …",
    r"told from zero": "95% interval excludes 0",
    r"to know:": "Assumptions and caveats",
    r"man(ned|ning)|(to|can) man": "staffed",
    r"whom plans": "positions a plan needs",
    r"came with nobody": "received while no team was on duty",
    r"calls a team-day": "calls per team-day",
    r"as stated beforehand": "tolerance, set before the run",
    r"fewer person": "fewer than one diversion a year",
    r"no odds ratio of": "even preventing nearly every arrest would not cover it",
    r"they are a guess": "these shares may not apply",
    r"centres?|programmes?|colours?|neighbours?|behaviour|favour": "American spelling",
    r"(recogni|organi|minimi|maximi|summari|annuali)s(e|ed|es|ing)": "American spelling",
    r"label(led|ling)|model(led|ling)|analys(e|ed|ing)": "American spelling",
}
EXCUSED = {
    # Draws keep the streams of the first spelling, so that no number moved with the name.
    "sim/scenarios/draws.py": ("centre", "recognised"),
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_old_phrase_comes_back(phrase: str) -> None:
    pattern = re.compile(rf"\b({phrase})(?!\w)", re.IGNORECASE)
    lines = [
        f"{name}:{number}: {line.strip()} (say: {PHRASES[phrase]})"
        for path in READ
        if path.name != HISTORY
        for name in [str(path.relative_to(ROOT))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := pattern.search(line)) and not _excused(name, match[0])
    ]
    assert not lines, "\n".join(lines)


def _excused(name: str, phrase: str) -> bool:
    return phrase.lower() in EXCUSED.get(name, ())

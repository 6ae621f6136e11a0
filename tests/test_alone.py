"""The one file that is mailed: everything is inside, and it says what the screen says."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path

import pytest

import sim
from sim import cli

SMALL = ["run=smoke", "run.replications=2", "run.draws=0", "run.cores=1"]


def page_of(answer: object, tmp_path: Path) -> str:
    folder = sim.save(answer, tmp_path)  # type: ignore[arg-type]
    return (folder / "page.html").read_text("utf-8")


@pytest.fixture(scope="module")
def curve() -> sim.Curve:
    return sim.curve("1..4", overrides=SMALL, check="none", html=True)


def test_a_curve_is_one_file_with_its_points_and_its_slider(curve, tmp_path) -> None:
    page = page_of(curve, tmp_path)
    assert 'max="3"' in page
    for point in curve.points:
        assert f"{100 * point.measures['reach_share'].mean:.1f}" in page
    assert page.count("data:image/svg+xml;base64,") == 2
    assert "coresponder curve 1..4 run=smoke" in page
    assert page_of(curve, tmp_path) == page


def test_it_asks_nothing_of_another_file_or_host(curve, tmp_path) -> None:
    page = page_of(curve, tmp_path)
    assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
    shown = re.sub(r'src="data:[^"]*"', "", page)
    assert not re.search(r"https?:|url\((?!#)|@import", shown)
    policy = html.unescape(page)
    assert "default-src 'none'" in policy
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_a_comparison_is_one_file_with_its_figures(tmp_path) -> None:
    made = sim.compare(2, 1, overrides=SMALL, check="none", html=True)
    page = page_of(made, tmp_path)
    assert "<h1>2 or 1?</h1>" in page
    assert page.count("data:image/svg+xml;base64,") >= 4


def test_measures_without_a_reach_still_make_a_page(tmp_path) -> None:
    made = sim.curve("1..3", measures=["cost_per_year"], overrides=SMALL, check="none", html=True)
    assert "<title>1 to 3 posts: how many?</title>" in page_of(made, tmp_path)


def test_only_who_asks_gets_it_and_the_screen_says_where(tmp_path, capsys) -> None:
    asked = ["curve", "1..3", *SMALL, "--no-figures", "--results", str(tmp_path)]
    cli.main(asked)
    assert "page.html" not in capsys.readouterr().out
    assert not list(tmp_path.glob("*/page.html"))
    cli.main([*asked, "--html"])
    (page,) = tmp_path.glob("*/page.html")
    assert f"Page: {page}" in capsys.readouterr().out
    assert "--html" in (page.parent / "run.json").read_text("utf-8")

"""Templates: what they are given, how they escape, and how their blocks are folded."""

from __future__ import annotations

import jinja2
import pytest

from sim.report import rendering
from sim.report.rendering import rendered
from sim.report.wording import WIDTH


@pytest.fixture
def template(tmp_path, monkeypatch):
    """Return a function that renders a text as a template of a name."""
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    rendering._environment.cache_clear()

    def render(text: str, name: str = "some.txt", **values: object) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return rendered(name, **values)

    yield render
    rendering._environment.cache_clear()


def test_a_value_that_is_not_there_is_an_error(template):
    with pytest.raises(jinja2.UndefinedError, match="'plan' is undefined"):
        template("Plan {{ plan }}")


def test_html_is_escaped_and_text_is_not(template):
    assert template("{{ x }}", "some.html", x="<b>") == "&lt;b&gt;"
    assert template("{{ x }}", x="<b>") == "<b>"


def test_blocks_are_folded_and_end_their_line(template):
    prose = "Some words\n   on lines {{ of }} "
    text = "{% filter FILTER %}\n" + prose + "\n{% endfilter %}\nEnd"
    assert template(text.replace("FILTER", "paragraph"), of="of") == "Some words on lines of\nEnd"
    assert template(text.replace("FILTER", "item"), of="of") == "- Some words on lines of\nEnd"
    long = template(text.replace("FILTER", "paragraph"), of="word " * 60)
    assert max(map(len, long.splitlines())) <= WIDTH
    assert len(template(text.replace("FILTER", "joined"), of="word " * 60).splitlines()) == 2


def test_headings_are_underlined(template):
    assert template("{% filter heading %}Plan {{ 12 }}{% endfilter %}\nx") == "Plan 12\n-------\nx"

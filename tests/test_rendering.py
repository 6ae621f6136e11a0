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


BLOCKS = """\
{% filter heading(3) %}Plan `12`{% endfilter %}
{% filter paragraph %}
Some words
   on {{ lines }}
{% endfilter %}

{% filter item %}an item{% endfilter %}
{% filter item %}{{ long }}{% endfilter %}
End
"""


def test_blocks_of_text_are_folded_and_headings_underlined(template):
    *most, last, end = template(BLOCKS, lines="lines", long="word " * 60).splitlines()
    assert most[:6] == ["Plan 12", "-------", "Some words on lines", "", "- an item", most[5]]
    assert max(map(len, most)) <= WIDTH
    assert (last[:6], end) == ("  word", "End")


def test_a_command_is_never_broken_even_in_its_quotes(template):
    """Pasted in two lines it would run as another one."""
    command = f"coresponder run 3 'a={{b:  1, c: 2}}' {'key=1 ' * 30}--last"
    alone = template("{% filter remark('Next') %}\n{{ x }}\n{% endfilter %}", x=command)
    assert alone == f"Next     {command}"
    within = template(
        "{% filter item %}So {{ y }}`{{ x }}`.{% endfilter %}", x=command, y="w " * 20
    )
    assert f"{command}." in within.splitlines()[1]


def test_blocks_of_markdown_are_one_line_each(template):
    lines = template(BLOCKS, "some.md", lines="lines", long="word " * 60).splitlines()
    assert lines[:6] == ["### Plan `12`", "", "Some words on lines", "", "- an item", lines[5]]
    assert lines[5].count("word") == 60
    assert template(BLOCKS, "some.md", form="txt", lines="x", long="y").startswith("Plan 12\n---")

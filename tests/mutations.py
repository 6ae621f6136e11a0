"""Bad input made of good: texts and bytes with something cut, doubled, swapped or put in."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

SECRET = "s3cret-of-the-environment"  # noqa: S105 - it must never be read by a config
CODE = (
    "_target_: os.system",
    "!!python/object/apply:os.system ['touch pwned']",
    "!!python/name:os.system ''",
    "${oc.env:FUZZ_SECRET}",
    "${oc.decode:${oc.env:FUZZ_SECRET}}",
    "${oc.create:{_target_: os.system}}",
    "${hydra:runtime.cwd}",
    "_convert_: all",
    "_args_: ['touch pwned']",
    "&a [*a]",
    "<<: {a: 1}",
)
NASTY = (
    *("", " ", "0", "-1", "1e308", "-1e308", "1e-308", "nan", "inf", "-inf", "true", "null", "~"),
    *("???", "1_000", "0x10", "1:30", "2025-02-30", "9" * 30, "9" * 5_000, "'", '"', "[", "{", "}"),
    *("[]", "{}", "[1, 2]", "{a: 1}", "a: b: c", "- x", "|", ">", "%", "@", "`", "#", "\t", "\x00"),
    *("\x1b[31m", "\u202e", "\ufeff", "\ud7ff", "é", "😀", "\r\n", "\n", "../../x", "/dev/null"),
    *("/dev/zero", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%n", "$x_"),
    *("choice(1,2)", "range(1,5)", "glob(*)", "shuffle(1,2)", "int(a)", "extend_list(1)", "1,2"),
    *("[" * 40, "[" * 2_000, "a" * 300, "2025-01-01", "07:00", "24:00", "mon", "1.5.2", "1,5"),
    *("٣", "½"),
    *CODE,
)
HOW_OFTEN = (1, 1, 1, 2, 4)
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def one_line(error: Exception) -> str:
    """How input was refused that is refused in one line."""
    assert len(str(error).splitlines()) == 1, str(error)
    return "refused"


def nasty(chance: random.Random) -> str:
    """Return a value that somebody may put anywhere."""
    if chance.random() < 0.3:
        return f"{chance.uniform(-0.2, 1) * 10 ** chance.uniform(-6, 9):.6g}"
    return chance.choice(NASTY)


def mutated_text(chance: random.Random, text: str) -> str:
    """Return a text with one to four changes, by lines, numbers and letters."""
    for _ in range(chance.choice(HOW_OFTEN)):
        text = chance.choice(CHANGES)(chance, text)
    return text


def mutated_bytes(chance: random.Random, content: bytes) -> bytes:
    """Return bytes with one to four changes: flipped, cut, put in, or moved."""
    for _ in range(chance.choice(HOW_OFTEN)):
        at, to = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
            case 1:
                content = content[:at] + content[to:] if to - at < 200 else content[:to]
            case 2:
                content = content[:at] + chance.randbytes(chance.randint(1, 40)) + content[at:]
            case 3:
                content = content[:to] + content[at:to] + content[to:]
            case _:
                content = content[:at] + bytes(min(64, to - at)) + content[to:]
    return content


def _line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 3:
            lines[at] = f"{' ' * chance.randrange(5)}{lines[at].lstrip()}"
        case 4:
            lines[at] = f"{lines[at].partition(':')[0]}: {nasty(chance)}"
        case _:
            lines.insert(at, f"{' ' * (len(lines[at]) - len(lines[at].lstrip()))}{nasty(chance)}")
    return "\n".join(lines)


def _number(chance: random.Random, text: str) -> str:
    places = [match.span() for match in NUMBER.finditer(text)]
    return _at(chance, text, places) if places else text


def _cell(chance: random.Random, text: str) -> str:
    places = [match.span() for match in re.finditer(r"[^,;\n]+", text)]
    return _at(chance, text, places) if places else text


def _at(chance: random.Random, text: str, places: Sequence[tuple[int, int]]) -> str:
    start, end = chance.choice(places)
    return text[:start] + nasty(chance) + text[end:]


def _letters(chance: random.Random, text: str) -> str:
    at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    if chance.random() < 0.5:
        to = min(to, at + 5)
    return text[:at] + chance.choice(["", nasty(chance)]) + text[to:]


CHANGES = (_line, _line, _number, _number, _cell, _letters)

"""The doors of the program: what comes in at each from a seed, and what has to come out."""

from __future__ import annotations

import io
import random
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import typer

from tests.mutations import SECRET, mutated_bytes, mutated_text, nasty, one_line
from tests.samples import CALLS, LOG, LONG, MATRIX, OSRM, SCENARIO, ZONES

ROOT = Path(__file__).resolve().parent.parent
CONFIGS = ROOT / "configs"
GROUPS = ("program", "demand", "service", "travel", "dispatch", "outcomes", "costs", "run")


class AcceptedError(Exception):
    """The input came so far that it would be simulated."""


class Place(NamedTuple):
    """Where a push happens: its folder, which has nothing else."""

    chance: random.Random
    folder: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        path.write_bytes(content)


# --- commands ------------------------------------------------------------------------------------


def ends_well(words: list[str]) -> str:
    """Run a command, and return how it ended; raises if that is not as it should be."""
    from sim import cli
    from sim.verbs.signs import harmless

    said, shown = io.StringIO(), io.StringIO()
    with redirect_stderr(said), redirect_stdout(shown):
        code = cli.main(words)
    lines = [line for line in said.getvalue().splitlines() if not line.startswith("note: ")]
    if code == 1 and lines and "AcceptedError" in lines[-1]:
        return "accepted"
    assert code in (0, 1, 2), f"exit {code}: {lines}"
    assert len(lines) == (code != 0), lines
    assert not any(line.startswith("fault:") for line in lines), lines
    assert all(harmless(line) == line for line in lines), lines
    assert SECRET not in shown.getvalue() + said.getvalue()
    return ("answered", "refused: fault", "refused")[code]


@cache
def verbs() -> dict[str, list[str]]:
    """Options of every verb but the page's, which would serve."""
    from sim import cli

    group: Any = typer.main.get_command(cli.verbs())  # type: ignore[arg-type]
    return {
        name: [option for parameter in verb.params for option in parameter.opts]
        for name, verb in group.commands.items()
        if name != "app"
    }


@cache
def keys() -> list[str]:
    """Every key of a composed config, down to the last."""
    from sim.config import compose

    def below(tree: Any, place: str) -> Iterator[str]:
        for key, value in tree.items() if isinstance(tree, dict) else ():
            yield f"{place}{key}"
            yield from below(value, f"{place}{key}.")

    return [*below(compose([]).model_dump(mode="json"), "")]


def override(chance: random.Random) -> str:
    """Return a key, which most times there is, and a value."""
    key = chance.choice(keys())
    if chance.random() < 0.2:
        key = mutated_text(chance, key)
    return f"{key}{chance.choice(['=', '=', '=', '+=', '~=', ''])}{nasty(chance)}"


def words(place: Place) -> str:
    """Words of a command line."""
    chance = place.chance
    verb = chance.choice([*verbs(), *verbs(), nasty(chance)])
    options = verbs().get(verb, ["--help"])
    makers: list[Callable[[], str]] = [
        lambda: chance.choice(options),
        lambda: chance.choice(options) + "=" + nasty(chance),
        lambda: str(chance.randint(-2, 40)),
        lambda: override(chance),
        lambda: f"{chance.choice(GROUPS)}={chance.choice(['generic', 'los_angeles', 'default'])}",
        lambda: chance.choice(["\udcff", "\udc80.csv", "results\udcff"]),
        lambda: nasty(chance),
    ]
    some = [chance.choice(makers)() for _ in range(chance.randint(0, 5))]
    return ends_well([verb, *(word.replace("\x00", "") for word in some)])


def overrides(place: Place) -> str:
    """Keys and values behind a plan."""
    some = [override(place.chance).replace("\x00", "") for _ in range(place.chance.randint(1, 2))]
    return ends_well(["run", "2", *some])


@cache
def files(group: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(CONFIGS.glob(f"{group}/*.yaml"))]


def configs(place: Place) -> str:
    """A YAML file of a config group of the user's."""
    group = place.chance.choice(GROUPS)
    text = mutated_text(place.chance, place.chance.choice(files(group)))
    place.write(f"configs/{group}/mine.yaml", text)
    return ends_well(["run", "2", f"{group}=mine"])


def plans(place: Place) -> str:
    """A plan of the user's; now and then one whose lists never end."""
    text = mutated_text(place.chance, place.chance.choice(files("staffing")))
    if place.chance.random() < 0.02:
        text = f"lines: {'[' * place.chance.randint(100, 50_000)}"
    place.write("configs/staffing/mine.yaml", text)
    return ends_well(["run", "mine"])


def tables(place: Place) -> str:
    """Files of zones and of the drives between them."""
    chance = place.chance
    zones, drives = chance.choice([ZONES, ZONES, CALLS]), chance.choice([MATRIX, LONG, OSRM])
    name = "drives.json" if drives is OSRM else "drives.csv"
    which = chance.randrange(3)
    place.write("zones.csv", mutated_text(chance, zones) if which != 1 else zones)
    place.write(name, mutated_text(chance, drives) if which != 0 else drives)
    if chance.random() < 0.1:
        place.write("zones.csv", mutated_bytes(chance, zones.encode()))
    travel = ["travel=matrix", f"travel.matrix_file={name}"] if which else ["travel=coordinates"]
    zones = ["demand.zones_file=zones.csv", "demand.calls_per_year=900"]
    return ends_well(["run", "2", *zones, *travel])


# --- files of the program's own ------------------------------------------------------------------


@cache
def _sqlite(kind: str) -> bytes:
    """A whole journal or store."""
    from tests import test_faults

    with tempfile.TemporaryDirectory() as here:
        file = Path(here) / "file"
        {"journal": test_faults.go_on, "store": test_faults.keep_and_find}[kind](file)
        return file.read_bytes()


def journals(place: Place) -> str:
    """A journal of a sweep that is damaged: its blocks are whole, or it is refused."""
    from sim.config import InputError
    from sim.scenarios.experiments.sweep.journal import Journal
    from tests.test_faults import BLOCKS

    place.write("journal", mutated_bytes(place.chance, _sqlite("journal")))
    try:
        with Journal(place.folder / "journal", "sweep", "version", len(BLOCKS)) as journal:
            assert journal.contents().items() <= BLOCKS.items()
    except InputError as error:
        return one_line(error)
    return "read"


def store(place: Place) -> str:
    """A store that is damaged: its rows are whole, or it is made anew, and works then."""
    from tests.test_faults import keep_and_find

    place.write("file", mutated_bytes(place.chance, _sqlite("store")))
    with redirect_stderr(io.StringIO()) as said:
        keep_and_find(place.folder / "file")
    return "made anew" if said.getvalue() else "read"


# --- the page ------------------------------------------------------------------------------------

FIELDS = ("program", "city", "calls", "area", "plan1", "plan2", "plan3", "teams1", "start1")
FIELDS += ("hours1", "days1", "kind1", "teams2", "token", "action", "role-received", "x")
ADDRESSES = ("/compare", "/roster", "/", "/answer/", "/upload/", "/static/", "/open")
GOOD = {"program": "generic", "plan1": "2", "plan2": "1"}


@cache
def page() -> tuple[Any, str]:
    """The page, whose work is done while it is asked, and the token of its form."""
    from starlette.testclient import TestClient

    from sim.app import runs, uploads
    from sim.app.server import create_app

    for kind in (runs.Workers, uploads.Reader):
        kind.__init__ = lambda _: None  # type: ignore[assignment,method-assign]
        kind.close = lambda _: None  # type: ignore[assignment,method-assign]
    runs.Workers.put = lambda _, run: runs.make(run)  # type: ignore[assignment,method-assign]
    uploads.Reader.put = _looked  # type: ignore[assignment,method-assign]
    client = TestClient(create_app(), base_url="http://localhost")
    found = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return client, found[1]


def _looked(_: object, upload: Any, step: str) -> None:
    from sim.app import uploads

    upload.doing, upload.error = step, ""
    uploads.make(upload)


def fields_of(place: Place) -> dict[str, str]:
    fields = {**GOOD, "token": page()[1]}
    for _ in range(place.chance.randint(1, 3)):
        fields[place.chance.choice(FIELDS)] = nasty(place.chance)
    return fields


def pushed(response: Any) -> str:
    """How the page answered: never with a fault, and never with markup that came in."""
    text = response.text
    assert response.status_code < 500, text[:300]
    assert "<script>alert" not in text
    assert SECRET not in text
    assert "ended with a fault" not in text.replace("AcceptedError", "") or "AcceptedError" in text
    assert "it cannot be read (" not in text, text
    return str(response.status_code)


def forms(place: Place) -> str:
    """Fields of the forms, and addresses."""
    client, chance = page()[0], place.chance
    address = chance.choice(ADDRESSES)
    if address == "/":
        return pushed(client.get("/", params=fields_of(place)))
    if address.endswith("/"):
        return pushed(client.get(address + quote(nasty(chance))))
    return pushed(client.post(address, data=fields_of(place)))


def uploads(place: Place) -> str:
    """Files that are uploaded: scenarios, and logs of calls."""
    (client, token), chance = page(), place.chance
    if chance.random() < 0.5:
        content = mutated_text(chance, SCENARIO).encode("utf-8", "surrogatepass")
        files = {"scenario": ("scenario.yaml", content)}
        return "scenario " + pushed(client.post("/open", data={"token": token}, files=files))
    name = mutated_text(chance, chance.choice(["calls.csv", "calls.tsv", "calls.csv.gz", "a.xlsx"]))
    log = {"log": (name, mutated_bytes(chance, LOG.encode()))}
    return "log " + pushed(client.post("/upload", data={"token": token}, files=log))


# --- the document --------------------------------------------------------------------------------


@cache
def word_file() -> bytes:
    import docx

    content = io.BytesIO()
    docx.Document().save(content)
    return content.getvalue()


def templates(place: Place) -> str:
    """A Word file whose styles are taken: its bytes, or the XML inside."""
    from sim.config import InputError
    from sim.report.document.blocks import Bullets, Document, Paragraph, Section, Text
    from sim.report.document.word import word_of

    line = (Text("words", "key"), Text("more", kind="code"))
    sections = (Section("One", 1, (Paragraph(line), Bullets((line,)))),)
    document = Document("T", "S", "2025-01-01T00:00:00", sections, {"key": "1"}, (line,))
    template = place.folder / "template.docx"
    place.write("template.docx", _template(place.chance))
    try:
        word_of(document, None, template)  # type: ignore[arg-type]  # it has no figures
    except InputError as error:
        return one_line(error)
    return "taken"


def _template(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return mutated_bytes(chance, word_file())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file())) as whole, zipfile.ZipFile(out, "w") as file:
        names = [name for name in whole.namelist() if name.endswith((".xml", ".rels"))]
        hit = chance.choice(names)
        for name in whole.namelist():
            content = whole.read(name)
            if name == hit:
                content = mutated_text(chance, content.decode().replace(">", ">\n")).encode()
            file.writestr(name, content)
    return out.getvalue()


Door = Callable[[Place], str]
DOORS: Mapping[str, Door] = {
    door.__name__: door
    for door in (
        *(words, overrides, configs, plans, tables),
        *(journals, store, forms, uploads, templates),
    )
}

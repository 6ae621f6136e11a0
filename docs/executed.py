"""The notebooks with their outputs, run by nbmake when they or the code have changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import jupytext

from sim import provenance

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
MADE_FROM = "made_from"  # of a notebook's metadata
# No settings of the tests: a notebook is run as its reader runs it.
NBMAKE = ["pytest", "--nbmake", "--overwrite", "-q", "-c", os.devnull, "--noconftest"]
NBMAKE += ["-p", "no:cacheprovider"]


def write(folder: Path) -> None:
    """Write a notebook with its outputs for each script, and remove those of no script.

    Raises
    ------
    RuntimeError
        If a cell fails; the message has its traceback.
    """
    folder.mkdir(exist_ok=True)
    wanted = {folder / f"{script.stem}.ipynb": script for script in SCRIPTS}
    for old in set(folder.glob("*.ipynb")) - set(wanted):
        old.unlink()
    stale = [script for made, script in wanted.items() if _made_from(made) != _source(script)]
    with tempfile.TemporaryDirectory() as here:
        for made in _run(stale, Path(here)):
            shutil.move(made, folder / made.name)


def _source(script: Path) -> str:
    """Digest of all that an output depends on."""
    digest = hashlib.sha256(f"{_of_package()}{provenance.versions()}".encode())
    digest.update(script.read_bytes())
    return digest.hexdigest()


@cache
def _of_package() -> str:
    """Digest of code, templates and configs."""
    files = (path for tree in ("sim", "configs") for path in (ROOT / tree).rglob("*.*"))
    texts = [path.read_bytes() for path in sorted(files) if path.suffix != ".pyc"]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _made_from(made: Path) -> str:
    if not made.is_file():
        return ""
    metadata = json.loads(made.read_text(encoding="utf-8"))["metadata"]
    return str(metadata.get(MADE_FROM, ""))


def _run(scripts: list[Path], here: Path) -> list[Path]:
    """Run scripts as notebooks in a folder."""
    made = [here / f"{script.stem}.ipynb" for script in scripts]
    for script, path in zip(scripts, made, strict=True):
        notebook = jupytext.read(script)
        notebook.metadata[MADE_FROM] = _source(script)
        jupytext.write(notebook, path)
    if made:
        command = [sys.executable, "-m", *NBMAKE, "--rootdir", str(here), *map(str, made)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
    return made

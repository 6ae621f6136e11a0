"""The files of a document, written to a folder under another name and then renamed."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.config import InputError
from sim.report.document.asked import is_nameless
from sim.report.document.blocks import KEYS, Document
from sim.report.document.compose import document_of
from sim.report.document.result import Result, newest, result_of
from sim.report.rendering import rendered

FORMATS = ("docx", "html", "pdf")
NAME = "report"  # of the files, before their ending
UNFINISHED = ".unfinished"


class Pack(NamedTuple):
    """What a document is of, where its files are by format, and what is left to fill in.

    `nameless` says that nobody named the city; `of_log` that no plan is asked for.
    """

    result: Path
    folder: Path
    files: dict[str, Path]
    gaps: list[str]
    nameless: bool = False
    of_log: bool = False

    def screen(self) -> str:
        """What is printed."""
        return rendered("document_screen.txt", pack=self)


def formats_of(words: str) -> list[str]:
    """Formats of an option such as "docx,pdf".

    Raises
    ------
    InputError
        If there is no such format.
    """
    asked = list(dict.fromkeys(word.strip() for word in words.split(",")))
    for word in asked:
        if word not in FORMATS:
            raise InputError(f"--format: expected some of {', '.join(FORMATS)}, got {word!r}")
    return asked


def written(
    folder: Path, formats: Sequence[str], template: Path | None = None, out: Path | None = None
) -> Pack:
    """Write the document of a results folder.

    Parameters
    ----------
    folder
        That a verb wrote; or one with several such folders, of which the newest is taken.
    formats
        Some of `FORMATS`.
    template
        A Word file with an agency's own styles.
    out
        A folder that is not there yet; by default `report` in the results folder.

    Raises
    ------
    InputError
        If the folder is no whole result, a format's package is missing, the template is no Word
        file, or nothing can be written; nothing is left there then.
    """
    if template is not None and "docx" not in formats:
        raise InputError("--template: expected the format docx, which it is for, got none")
    try:
        folder = newest(folder)
        target = folder / NAME if out is None else out
        if target.exists():
            raise InputError(f"--out: expected a folder that is not there yet, got {target}")
        result = result_of(folder)
    except OSError as error:  # such as a folder that may not be looked into
        raise InputError(f"report: expected a folder to read, got {folder} ({error})") from error
    document = document_of(result)
    content = {f"{NAME}.{x}": _content(x, document, result, template) for x in formats}
    if set(formats) - {"html"}:  # figures of the others lead to a file beside them
        content[KEYS] = _content("html", document.of_keys, result, None)
    _write(target, content)
    files = {name.removeprefix(f"{NAME}."): target / name for name in content}
    of_log = result.kind == "validation"
    return Pack(folder, target, files, document.gaps, is_nameless(result), of_log)


def _content(form: str, document: Document, result: Result, template: Path | None) -> bytes:
    try:
        if form == "docx":
            from sim.report.document.word import word_of  # noqa: PLC0415 - an extra

            return word_of(document, result, template)
        if form == "pdf":
            from sim.report.document.pdf import pdf_of  # noqa: PLC0415 - an extra

            return pdf_of(document, result)
    except ModuleNotFoundError as error:
        raise InputError(
            f"--format {form}: expected the extra report, which has {error.name}; type "
            "pip install 'coresponder-sim[report]', or ask for --format html"
        ) from error
    from sim.report.document.page import page_of  # noqa: PLC0415 - as the others

    return page_of(document, result)


def _write(target: Path, content: dict[str, bytes]) -> None:
    """Write all files by name and give their folder its name, or leave nothing."""
    draft = target.with_name(f"{UNFINISHED}-{secrets.token_hex(6)}")
    try:
        draft.mkdir(parents=True)
        for name, file in content.items():
            (draft / name).write_bytes(file)
        draft.rename(target)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(
            f"--out: expected a folder that can be written, got {target} ({why})"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)

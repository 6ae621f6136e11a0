"""The document as a tagged PDF (PDF/UA-1), set by typst."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

from sim.report.document.blocks import KEYS, Block, Document, Grid, Picture, held
from sim.report.document.result import Result
from sim.report.document.sizes import width_share
from sim.report.rendering import TEMPLATES

MAIN, DATA = "document.typ", "document.json"
WIDTH_IN, MOST_IN = 6.5, 8.4  # between the margins of the page; its height, less a caption
STANDARD: Literal["ua-1"] = "ua-1"  # typst refuses a figure without alternative text under it


def pdf_of(document: Document, result: Result) -> bytes:
    """Bytes of a PDF file.

    Parameters
    ----------
    document
        From `document_of`.
    result
        Whose folder has the figures.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATES / "document" / MAIN, folder / MAIN)
        (folder / DATA).write_text(json.dumps(_tree(document, result, folder)), encoding="utf-8")
        pdf: bytes = typst.compile(
            folder / MAIN,
            root=folder,
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=int(datetime.fromisoformat(document.made_at).timestamp()),
        )
    return pdf


def _tree(document: Document, result: Result, folder: Path) -> dict[str, Any]:
    """Document as plain data; figures that there are stand beside it."""
    document = document.apart
    anchors = {key: f"{KEYS}#{at}" for key, at in document.addresses.items()}
    sections = [
        {
            "title": section.title,
            "level": section.level,
            "blocks": [
                _block(block, anchors) | {"leads": leads} | _sized(block, result)
                for block, leads in section.led
                if _is_there(block, result, folder)
            ],
        }
        for section in document.sections
    ]
    front = [[asdict(word) | {"key": ""} for word in line] for line in document.front]
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "front": front,
        "sections": sections,
    }


def _is_there(block: Block, result: Result, folder: Path) -> bool:
    """Whether a block can be set; the file of a figure is copied."""
    if not isinstance(block, Picture):
        return True
    file = result.picture(block.name, "svg")
    if file is not None:
        shutil.copy(file, folder / file.name)
    return file is not None


def _sized(block: Block, result: Result) -> dict[str, float]:
    """Share of the page's width that a figure takes; nothing of another block."""
    file = result.picture(block.name, "png") if isinstance(block, Picture) else None
    return {} if file is None else {"share": width_share(file, WIDTH_IN, MOST_IN)}


def _block(block: Block, anchors: Mapping[str, str]) -> dict[str, Any]:
    tree = {"kind": type(block).__name__, **_anchored(asdict(block), anchors)}
    if isinstance(block, Grid):
        tree |= {"widths": block.widths, "short": block.is_short}
    return tree


def _anchored(node: Any, anchors: Mapping[str, str]) -> Any:  # noqa: ANN401 - a tree
    """Tree with the name of its anchor in place of each key."""
    if isinstance(node, dict):
        return {
            name: anchors.get(inner, "") if name == "key" else _anchored(inner, anchors)
            for name, inner in node.items()
        }
    if isinstance(node, str):
        return held(node)
    if isinstance(node, list | tuple):
        return [
            anchors.get(x, held(x)) if isinstance(x, str) else _anchored(x, anchors) for x in node
        ]
    return node

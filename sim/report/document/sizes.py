"""How wide a figure may be so that all of it, and its caption, stand on one page."""

from __future__ import annotations

import struct
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FIRST_BYTES = 24  # of a PNG file, which end with its width and height


def shape_of(png: Path) -> tuple[int, int]:
    """Width and height of a PNG file, in pixels.

    Raises
    ------
    ValueError
        If the file is no PNG.
    """
    with png.open("rb") as file:
        first = file.read(FIRST_BYTES)
    if len(first) < FIRST_BYTES or not first.startswith(SIGNATURE):
        raise ValueError(f"expected a PNG file, got {png}")
    width, height = struct.unpack(">II", first[16:])
    return width, height


def width_share(png: Path, page_width: float, most_height: float) -> float:
    """Share of the page's width that a figure may take; one if it is not too tall.

    Parameters
    ----------
    png
        The figure.
    page_width, most_height
        What is between the margins, less the caption; both in one unit.
    """
    width, height = shape_of(png)
    return min(1.0, most_height / page_width * width / height)

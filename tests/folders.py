"""A user's own config folder, made for a test."""

from __future__ import annotations

from pathlib import Path

from sim.config import Config, compose


class Folder:
    """A user's config folder, its path as awkward as paths get."""

    def __init__(self, above: Path) -> None:
        self.path = above / "a b, c='x'[1] é" / "configs"
        self.path.mkdir(parents=True)

    def write(self, name: str, text: str) -> None:
        path = self.path / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def compose(self, *overrides: str) -> Config:
        return compose(list(overrides), self.path)

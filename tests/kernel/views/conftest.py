"""Examples of each picture, and what a reader of it sees."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import cajal_core as cajal
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.live.widget import LiveWidget
from cajal_kernel.views.matrix.data import Array, Matrix

BOOL = ("true", "false")
TEN = tuple(map(str, range(10)))
SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
space Image[28, 28]
extern step : Image -o Image
extern read : Image -o Nat
"""


@pytest.fixture
def program() -> cajal.Program:
    program = cajal.Program()
    program.run(SOURCE)
    return program


def boolean(name: str) -> Axis:
    return Axis(name, "Bool", BOOL)


AND = Matrix(
    "and",
    "Bool -o Bool -o Bool",
    (boolean("x"), boolean("y")),
    boolean(""),
    np.array([[1.0, 0, 0, 0], [0, 1, 1, 1]]),
)


def adder(size: int) -> Matrix:
    digits = tuple(map(str, range(size)))
    values = np.zeros((size, size, size))
    for m in range(size):
        for n in range(size - m):
            values[m + n, m, n] = 1
    flat = values.reshape(size, -1)
    axes = (Axis("m", "Nat", digits), Axis("n", "Nat", digits))
    return Matrix("add", "", axes, Axis("", "Nat", digits), flat, tuple(map(bool, flat.sum(0) == 0)))


def curves(*lines: tuple[str, str, NDArray[np.float64]]) -> Curves:
    made = tuple(Line(metric, run, np.arange(float(len(v))), v) for metric, run, v in lines)
    return Curves("digits", made, 100, 100, 3.0)


class Page(HTMLParser):
    """What a page is made of; fails on what a saved notebook must not hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert not self.open, f"unclosed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "iframe", "link")
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.tags.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "img":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attributes.get(attribute) or "" for name, attributes in self.tags if name == tag]


def picture(png: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=float)


class Sent:
    """Counts what a widget would send."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[Live] = []
        monkeypatch.setattr(LiveWidget, "show", self.show)

    def show(self, live: Live) -> None:
        self.shown.append(live)

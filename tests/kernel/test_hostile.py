"""A thousand cells that nobody should send: each is answered, and nothing of them runs in a page."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from .conftest import EVEN, NOT, Client

CELLS = 1000
SLOWEST = 10.0  # each takes under a second where the machine does nothing else
"""Seconds for an answer."""

PIECES = [
    *"def extern learn space data if then else iter zero succ case let in copy as drop".split(),
    *"true tt Bool Nat".split(),
    *r"\ λ . : = ( ) { } [ ] | , ; * ! -o -> => -- {- -} ⊸ ⊗ x y' not even 0 3 999999999999999999999".split(),
    "\n",
    "\t",
    " ",
    "<script>document.title='x'</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt;",
    "\u202etrue\u202c",
    "\u200b",
    "\x00",
    "\x1b[31m",
    "\ud7ff\uffff",
    "é𝐚漢",
    "%show ",
    "%link x=",
    "%nat ",
    "%save ",
    "%source ",
    "%auto ",
    "%%cajal -i ",
    "%%format\n",
    "?",
    "{x}",
    "$x",
]
NEVER = ("%load ", "!")  # they would read this machine's files and run its commands

ERRORS = {"CajalError", "MagicError", "UsageError", "SyntaxError", "KeyboardInterrupt"}


def hostile(number: int) -> str:
    """One cell: words in any order, bytes, deep nesting, much of one sign, or half a definition."""
    chance = random.Random(number)
    match number % 5:
        case 0:
            return " ".join(chance.choices(PIECES, k=chance.randrange(1, 60)))
        case 1:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(400))).decode("latin-1")
        case 2:
            depth = chance.choice([10, 300, 990, 5000])
            opener = chance.choice(
                ["(", "\\x:Bool. ", "{-", "if true then ", "succ (", "(true, ", "let x = "]
            )
            return opener * depth + "true" + ")" * chance.choice([0, depth])
        case 3:
            return chance.choice(PIECES) * chance.choice([1, 50, 5000])
        case _:
            source = f"{NOT}\n{EVEN}\neven 3"
            place = chance.randrange(len(source))
            return source[:place] + chance.choice(PIECES) + source[place + chance.randrange(4) :]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_hostile_cells(fresh: Client) -> None:
    fresh.run(f"{NOT}\n{EVEN}")
    slow: list[tuple[float, int]] = []
    for number in range(CELLS):
        code = hostile(number)
        if any(line.lstrip().startswith(NEVER) for line in code.split("\n")):
            continue
        began = time.monotonic()
        outcome = fresh.run(code, allow_stdin=False)
        slow.append((time.monotonic() - began, number))
        for error in outcome.of("error"):
            assert error["ename"] in ERRORS, (number, error["ename"], error["evalue"][:300])
            assert not any("cajal_core" in line or "site-packages" in line for line in error["traceback"])
        for bundle in outcome.bundles:
            assert list(dangers(bundle.get("text/html", ""))) == [], number
    assert max(slow)[0] < SLOWEST, [(seconds, hostile(number)[:40]) for seconds, number in sorted(slow)[-5:]]
    assert fresh.run("not true").status == "ok"


class _Dangers(HTMLParser):
    """Finds what could run in a page: scripts, handlers, addresses that are code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "link", "style"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*javascript:", value or "", re.IGNORECASE):
                self.found.append(f"{tag} {name}")


def dangers(html: str) -> Iterator[str]:
    parser = _Dangers()
    parser.feed(html)
    yield from parser.found


def test_dangers_are_found() -> None:
    assert list(dangers("<p onclick=x><script></script><a href=' JavaScript:x'>")) == [
        "p onclick",
        "script",
        "a href",
    ]
    assert list(dangers("<td title='&lt;script&gt;'>")) == []

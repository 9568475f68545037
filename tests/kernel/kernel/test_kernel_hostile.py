"""Cells that nobody should send: each is answered, and nothing of them runs in a page."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.kernel.conftest import EVEN, NOT, Client

# A thousand where `CAJAL_EXAMPLES` asks for more of the laws, too. CI takes fewer, and one that was slow.
CELLS = [*range(1000 if "CAJAL_EXAMPLES" in os.environ else 300), 6493]
SLOWEST = 1.0
"""Seconds of the kernel's own time for an answer, which is all where the machine does nothing else."""

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
def test_hostile_cells(fresh: Client) -> None:
    fresh.run(f"{NOT}\n{EVEN}\n%show even --as dynamics")  # what is loaded once, is
    slow: list[tuple[float, int]] = []
    for number in CELLS:
        code = hostile(number)
        if any(line.lstrip().startswith(NEVER) for line in code.split("\n")):
            continue
        began = fresh.seconds
        outcome = fresh.run(code, allow_stdin=False)
        slow.append((fresh.seconds - began, number))
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


def test_an_exception_in_an_answer_is_an_answer_without_content(shared: Client) -> None:
    """A front end would wait for ever for a reply that does not come."""
    shared.run(
        "%%python\nfrom cajal_kernel.assist import replies\n"
        "kept = replies.explanation, replies.completion\n"
        "replies.explanation = replies.completion = None"
    )
    try:
        assert shared.ask("inspect", "true", 2)["found"] is False
        reply = shared.ask("complete", "tr", 2)
        assert (reply["status"], reply["matches"], reply["cursor_start"]) == ("ok", [], 2)
    finally:
        shared.run("%%python\nreplies.explanation, replies.completion = kept")
    assert shared.ask("inspect", "true", 2)["found"] is True


@pytest.mark.parametrize(
    "code",
    ["%link x=" + "f(" * 10_000, "%%python\n" + "x = f(1)\n" * 3_000, "(" * 100_000],
    ids=["a magic", "Python", "Cajal"],
)
def test_a_large_cell_is_answered(shared: Client, code: str) -> None:
    used = shared.seconds
    assert shared.ask("complete", code, len(code))["status"] == "ok"
    assert shared.ask("inspect", code, len(code))["status"] == "ok"
    assert shared.ask("is_complete", code)["status"] == "unknown"
    assert shared.seconds - used < 3

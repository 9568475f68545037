"""Cells that try every magic with what no cell should have, and programs that are small and cost much.

Each is answered in time and memory, hides nothing, runs nothing behind a line, and leaves the kernel and its
names whole. `--thorough` runs 3,000.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

import cajal_core as cajal
from cajal_kernel.magics.names import MAGICS
from tests.kernel.conftest import EVEN, NOT, started
from tests.kernel.kernel.test_kernel_hostile import ERRORS, dangers

SECONDS = 3.0
"""The most time of the kernel's own that an answer takes."""

MEGABYTES = 500
"""The most memory that an answer takes."""

SEPARATORS = ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
CONTROLS = [
    "\x00",
    "\x1b[2J",
    "\x1b]0;t\x07",
    "\x9b31m",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\ud7ff",
    "\x7f",
]
WORDS = [
    "not",
    "even",
    "true",
    "3",
    "café",
    "cafe\u0301",
    "not'",
    "--as",
    "trace",
    "--nat",
    "-o",
    "x",
    "{x}",
    "$x",
]
SIGNS = [
    "--",
    "{-",
    "-}",
    "(",
    ")",
    "=",
    ",",
    "'",
    '"',
    "\\",
    "%",
    "?",
    "<b>",
    "~",
    "..",
    "/dev/null/x",
    "f=1",
]
NAMES = [*MAGICS, "cajal", "shwo", "nope"]
HIDDEN = "!touch hidden"

Cells = Callable[[random.Random], str]


def words_of(chance: random.Random) -> str:
    words = chance.choices([*WORDS, *SIGNS, *CONTROLS], k=chance.randrange(8))
    return chance.choice(["", " ", "  "]).join(words) if chance.random() < 0.3 else " ".join(words)


def magic_with_controls(chance: random.Random) -> str:
    return f"%{chance.choice(NAMES)} {words_of(chance)}"


def magic_with_separators(chance: random.Random) -> str:
    # A command behind a true end of a line would be one that the cell means to run.
    end = chance.choice(SEPARATORS[2:])
    sign = chance.choice(["%", "%%"])
    return f"{sign}{chance.choice(NAMES)} {words_of(chance)}{end}{HIDDEN}{end}{HIDDEN}"


def several_lines(chance: random.Random) -> str:
    ends = chance.choice(SEPARATORS[:2])
    return ends.join(chance.choice([magic_with_controls, definition])(chance) for _ in range(5))


def definition(chance: random.Random) -> str:
    name = chance.choice(["a", "b'", "café", "program", "exit", "c"])
    comment = chance.choice(["", f"-- {chance.choice(CONTROLS)}\n", f"{{- {chance.choice(CONTROLS)}\n-}}\n"])
    return f"{comment}def {name} : Bool = {chance.choice(['true', 'false', 'not true', 'even 3', 'oops'])}"


def doubling(chance: random.Random) -> str:
    depth = chance.randrange(1, 40)
    lines = "".join(f"copy p{i} as (a{i}, b{i}) in let p{i + 1} = (a{i}, b{i}) in " for i in range(depth))
    start = chance.choice(
        ["def d (p0 : Bool) = ", "\\p0:Bool. ", "let p0 = true in ", "def e : Bool = let p0 = true in "]
    )
    return f"{start}{lines}p{depth}"


def doubling_definitions(chance: random.Random) -> str:
    lines = [f"def t{i + 1} = (t{i}, t{i})" for i in range(chance.randrange(1, 40))]
    return "\n".join(["def t0 : Bool = true", *lines, chance.choice(["", f"%show t{len(lines)}", "%env"])])


def deep_auto(chance: random.Random) -> str:
    count = chance.choice([3, 30, 300, 1000])
    head = chance.choice(["%auto on\n", "%%cajal --auto\n"])
    body = {
        "uses": "(" + ", ".join(["x"] * count) + ")",
        "nested": "not (" * count + "x" + ")" * count,
        "branches": "if x then x else " * count + "x",
        "drops": "".join(f"let y{i} = x in " for i in range(count)) + "x",
    }[chance.choice(["uses", "nested", "branches", "drops"])]
    return f"{head}def u (x : Bool) = {body}"


def large(chance: random.Random) -> str:
    size = chance.choice([20_000, 200_000, 1_000_000])
    return {
        "comment": f"def a : Bool = true -- {'c' * size}",
        "block": f"{{- {'c ' * (size // 2)} -}} def a : Bool = true",
        "name": f"def {'n' * size} : Bool = true",
        "number": "9" * size,
        "words": "not " * (size // 4) + "true",
        "tuple": "(" + "true, " * (size // 6) + "true)",
        "signs": chance.choice("(){}|,;*!λ.:=") * size,
        "text": f"%{chance.choice(NAMES)} {'z' * size}",
        "texts": f"%{chance.choice(NAMES)} {'z ' * (size // 2)}",
        "definitions": "\n".join(f"def f{i} : Bool = true" for i in range(size // 200)),
    }[
        chance.choice(
            ["comment", "block", "name", "number", "words", "tuple", "signs", "text", "texts", "definitions"]
        )
    ]


def options(chance: random.Random) -> str:
    names = [
        "x",
        "get_ipython",
        "program",
        "exit",
        "In",
        "a'",
        "",
        "class",
        "\x1b[2J",
        "print",
        "_",
        "nothing",
    ]
    words = [f"{chance.choice(['-i', '-o'])} {chance.choice(names)}" for _ in range(chance.randrange(1, 4))]
    return f"%%cajal {' '.join(words)} {words_of(chance)}\n{definition(chance)}"


KINDS: list[Cells] = [
    magic_with_controls,
    magic_with_separators,
    several_lines,
    options,
    definition,
    magic_with_separators,
    doubling,
    deep_auto,
    doubling_definitions,
    large,
]

QUICK = 6
"""How many of the kinds, from the first on, cost next to nothing."""


def strange(number: int) -> str:
    return KINDS[number % len(KINDS)](random.Random(number))


class Watched:
    """A kernel of which each answer is measured, and which is started again where it is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.client = started(cwd=str(self.folder))
        self.client.run(f"{NOT}\n{EVEN}\n%show even --as dynamics\n%env")  # what is loaded once, is
        self.client.run("%%python\nx = 1")

    def faults(self, code: str) -> Iterator[str]:
        """What is wrong with the answer to a cell."""
        status = Path(f"/proc/{self.process}")
        (status / "clear_refs").write_text("5")  # the peak counts from here
        before, began = self.memory("VmRSS"), self.client.seconds
        sent = self.client.start(code, stop_on_error=False, allow_stdin=False)
        *messages, last = self.messages(sent, began)
        seconds, megabytes = self.client.seconds - began, (self.memory("VmHWM") - before) / 1000
        if last is None:
            yield "no answer"
            self.client.close()
            self.start()
            return
        if seconds > SECONDS:
            yield f"{seconds:.1f} s"
        if megabytes > MEGABYTES:
            yield f"{megabytes:.0f} MB"
        for message in messages:
            yield from wrong(message)

    def messages(self, sent: str, began: float) -> Iterator[Any]:
        """What is published for a cell, which is stopped when it takes too long; None if it never ends."""
        patience = time.monotonic() + 120
        stopped = False
        while time.monotonic() < patience:
            try:
                message = self.client.channels.get_iopub_msg(timeout=1)
            except Empty:
                if not stopped and self.client.seconds - began > 3 * SECONDS:
                    stopped, patience = True, time.monotonic() + 15
                    self.client.manager.interrupt_kernel()
                continue
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                self.client.reply(sent)
                yield message
                return
            yield message
        yield None

    @property
    def process(self) -> int:
        provisioner: Any = self.client.manager.provisioner
        return provisioner.pid

    def memory(self, row: str) -> int:
        """In kilobytes."""
        found = re.search(rf"{row}:\s+(\d+)", Path(f"/proc/{self.process}/status").read_text())
        return int(found[1]) if found else 0

    def disagreement(self) -> Iterator[str]:
        """Where `%env`, the program and what was written differ, and whether a hidden line was run."""
        declared = (
            "sorted([*program.state.names, *program.state.types]) == sorted(program.entries)"
            " and program is get_ipython().cajal.program"
        )
        outcome = self.client.run(
            "%env", user_expressions={"same": declared, "count": "len(program.entries)"}
        )
        answers = {
            name: answer.get("data", {}).get("text/plain")
            for name, answer in outcome.reply["user_expressions"].items()
        }
        rows = sum(text.count("\n") for text in outcome.texts)
        if answers != {"same": "True", "count": str(rows)}:
            yield f"%env has {rows} rows; {answers}"
        if (self.folder / "hidden").exists():
            yield "a hidden line was run"


def wrong(message: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a message."""
    content = message["content"]
    texts = [content["text"]] if message["msg_type"] == "stream" else content.get("traceback", [])
    if message["msg_type"] == "error" and content["ename"] not in ERRORS:
        yield f"{content['ename']}: {content['evalue'][:200]}"
        return
    data = content.get("data", {})
    for text in [*texts, data.get("text/plain", ""), data.get("text/html", "")]:
        if cajal.printable(text, keep="\n\t") != text:
            yield f"hidden characters: {text[:100]!r}"
    yield from dangers(data.get("text/html", ""))


@pytest.mark.slow
def test_strange_cells(kernels: Path, tmp_path: Path, trials: Callable[[int, int], int]) -> None:  # noqa: ARG001
    """A few of the quick kinds, or all of all kinds."""
    kernel = Watched(tmp_path)
    found: list[str] = []
    kinds = trials(QUICK, len(KINDS))
    numbers = [number for number in range(trials(100, 3000)) if number % len(KINDS) < kinds]
    try:
        for count, number in enumerate(numbers):
            faults = list(kernel.faults(strange(number)))
            if count % 20 == 19:
                faults += kernel.disagreement()
                kernel.client.run(f"%reset\n%auto off\n%nat 10\n{NOT}\n{EVEN}")
            if faults:
                found.append(f"{number} {KINDS[number % len(KINDS)].__name__}: {faults}")
    finally:
        kernel.client.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "message",
    [
        {"msg_type": "error", "content": {"ename": "KeyError", "evalue": "x", "traceback": []}},
        {"msg_type": "error", "content": {"ename": "CajalError", "evalue": "", "traceback": ["\x1b[2J"]}},
        {"msg_type": "stream", "content": {"text": "a\u202eb"}},
        {"msg_type": "display_data", "content": {"data": {"text/html": "<p onclick=x>"}}},
        {"msg_type": "display_data", "content": {"data": {"text/plain": "\x9b"}}},
    ],
)
def test_what_is_wrong_is_found(message: dict[str, Any]) -> None:
    assert len(list(wrong(message))) == 1

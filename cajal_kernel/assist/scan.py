"""The words of an item, and those that nothing in it binds."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from cajal_kernel.assist.tokens import WORDS

PIECE = re.compile(r"--[^\n]*|\{-|-o|->|=>|(?!λ)[^\W\d](?:(?!λ)[\w'])*|\d+|\S")
EDGE = re.compile(r"\{-|-\}")
MAGIC_LINE = re.compile(r"^[%!].*", re.MULTILINE)
RESERVED = {word for words in WORDS.values() for word in words}


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or sign of a cell."""

    text: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        return self.text[0].isalpha() or self.text[0] == "_"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound variable, its type as it is written, if it is, and how often it was used so far."""

    name: str
    type: str = ""
    reusable: bool = False
    uses: int = 0


def pieces(code: str) -> list[Piece] | None:
    """The words of a cell without comments and magics; None where it ends inside a comment."""
    code = MAGIC_LINE.sub(lambda line: " " * len(line[0]), code)
    found: list[Piece] = []
    position = 0
    while match := PIECE.search(code, position):
        position = match.end()
        if match[0].startswith("--"):
            if position == len(code):
                return None
        elif match[0] == "{-":
            depth = 1
            while depth:
                edge = EDGE.search(code, position)
                if edge is None:
                    return None
                depth += 1 if edge[0] == "{-" else -1
                position = edge.end()
        else:
            found.append(Piece(match[0], match.start(), match.end()))
    return found


def free(text: str) -> set[str]:
    """The names in an item that nothing in it binds: what it takes from its program."""
    words = pieces(text) or []
    scope = _Scope(text, tuple(words))
    scope.read()
    return scope.free - RESERVED


class _Mark(NamedTuple):
    """How many variables were bound, how many of them a step hides, and how many uses there were."""

    bound: int
    hidden: int
    used: int


class _Scope:
    """Reads an item from left to right, and keeps what is bound."""

    def __init__(self, code: str, words: tuple[Piece, ...]) -> None:
        self.code = code
        self.words = words
        self.at = 0
        self.scope: list[Bound] = []
        self.meant: dict[str, list[Bound]] = defaultdict(list)  # the same by name, the innermost last
        self.hidden = 0  # so many from the outside in cannot be used here
        self.used: list[Bound] = []  # each as often as it was
        self.outer: list[_Mark] = []  # at each open bracket
        self.branches: list[_Mark] = []  # at each `then`
        self.coming: list[list[str]] = []  # what each `let`, `copy` and `drop` binds behind its `in`
        self.free: set[str] = set()

    def text(self, ahead: int = 0) -> str:
        return self.words[self.at + ahead].text if self.at + ahead < len(self.words) else ""

    def read(self) -> None:
        if self.text() == "def":
            self.at = 2
            self.groups()
        while self.at < len(self.words):
            self.step()

    def bind(self, bound: Bound) -> None:
        self.scope.append(bound)
        self.meant[bound.name].append(bound)

    def mark(self) -> _Mark:
        return _Mark(len(self.scope), self.hidden, len(self.used))

    def leave(self, mark: _Mark) -> None:
        """What was bound since a mark is gone; what was used since then stays used."""
        for each in self.scope[mark.bound :]:
            self.meant[each.name].pop()
        del self.scope[mark.bound :]
        self.hidden = mark.hidden

    def branch(self, mark: _Mark) -> None:
        """Each branch uses the same variables, so none of those that the last one used is used yet."""
        self.leave(mark)
        del self.used[mark.used :]

    def groups(self) -> None:
        """`(x : A) (!f : B)`, as parameters and behind a lambda."""
        while self.text() == "(":
            reusable = self.text(1) == "!"
            name, colon = (2, 3) if reusable else (1, 2)
            end, depth = self.at, 0
            while end < len(self.words):
                depth += {"(": 1, ")": -1}.get(self.words[end].text, 0)
                if depth == 0:
                    break
                end += 1
            if self.text(colon) != ":" or end == len(self.words):
                self.at = len(self.words)
                return
            type = self.code[self.words[self.at + colon].end : self.words[end].start].strip()
            self.free |= {word.text for word in self.words[self.at + colon : end] if word.is_name}
            self.bind(Bound(self.text(name), type, reusable))
            self.at = end + 1

    def step(self) -> None:
        word, after = self.text(), self.text(2)
        self.at += 1
        match word:
            case "\\" | "λ":
                self.binder()
            case "let":
                self.coming.append(self.names())
            case "copy" | "drop":
                self.coming.append([])
            case "as" if self.coming:
                self.coming[-1] = self.names()
            case "in" if self.coming:
                for name in self.coming.pop():
                    self.bind(Bound(name))
            case "succ" if after == "=>":
                self.arm()
            case "|" if after == "->":
                self.arm()
            case "|" if self.text() == "succ":
                pass  # of `iter`: what its base has used stays used
            case "|" if self.outer:
                self.branch(self.outer[-1])
            case "else" if self.branches:
                self.branch(self.branches.pop())
            case "then":
                self.branches.append(self.mark())
            case "(" | "{" | "[":
                self.outer.append(self.mark())
            case ")" | "}" | "]" if self.outer:
                self.leave(self.outer.pop())
            case "|" | "else" | ")" | "}" | "]":
                pass
            case _:
                self.use(word)

    def binder(self) -> None:
        if self.text() == "(":
            self.groups()
            return
        dot = next((i for i in range(self.at, len(self.words)) if self.words[i].text == "."), None)
        if dot is None:
            self.at = len(self.words)
            return
        type = self.code[self.words[self.at + 1].end : self.words[dot].start] if self.text(1) == ":" else ""
        self.free |= {word.text for word in self.words[self.at + 1 : dot] if word.is_name}
        self.bind(Bound(self.text(), type.strip()))
        self.at = dot + 1

    def names(self) -> list[str]:
        """`x` or `(x, y)`, which is skipped."""
        end = self.at + (5 if self.text() == "(" else 1)
        found = [word.text for word in self.words[self.at : end] if word.is_name]
        self.at = end
        return found

    def arm(self) -> None:
        """A step sees its own variable, and of those outside only what may be used any number of times."""
        if self.outer:
            self.leave(self.outer[-1])
            self.outer[-1] = self.mark()  # what the base has used stays used
        self.hidden = len(self.scope)
        self.bind(Bound(self.text()))
        self.at += 2

    def use(self, word: str) -> None:
        if meant := self.meant.get(word):
            self.used.append(meant[-1])
        elif word[0].isalpha() or word[0] == "_":
            self.free.add(word)

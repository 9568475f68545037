"""Random notebooks: cells that redefine, use and break each other's names, and magics between them."""

from __future__ import annotations

from random import Random

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram

BOOL, UNARY, COUNT, CONSTRUCTORS = ["a", "b", "c"], ["f", "g"], ["n", "m"], ["L", "R", "M", "Side", "V"]
COMMENTS = [
    "-- one",
    "-- one\n-- two",
    "{- a\n {- b -}\n-}",
    "-- odd -}",
    "{- c -} -- d",
    "-- é\rdef z : Bool = a",
]
APART = ["\n", "\n\n", "\n\n\n-- own\n", "\n-- two\n\n", "\n{-# OPTIONS auto=on #-}\n"]
SETTINGS = ["auto=on", "auto=off", "nat=6", "overflow=saturate"]

#: What most notebooks begin with, so that most of the random cells after it are right.
BEGIN = """\
def a : Bool = true
def b : Bool = a
def f (x : Bool) : Bool = if x then false else true
def n : Nat = 3
data Side = L | R
def s : Side = L
space V[2]
extern e : Bool -o Bool
extern v : V
learn w : V -o Bool
def h (v : V) : Bool = w v"""


class Notebook:
    """A program to which random things are done."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.program = NotebookProgram()
        self.cells: list[str] = [*BEGIN.split("\n")]
        if self.random.random() < 0.8:
            self.program.run(BEGIN)

    def some(self, *choices: str) -> str:
        return self.random.choice(choices)

    def bool(self) -> str:
        a, b, f, n = (self.random.choice(names) for names in (BOOL, BOOL, UNARY, COUNT))
        left, right = self.random.sample(CONSTRUCTORS, 2)
        return self.some(
            "true", "false", a, f"{f} {a}", f"if {a} then {b} else true", "w true", "h v",
            f"iter {n} {{ zero => {a} | succ y => {f} y }}", f"iter 3 {{ zero => {a} | succ y => {f} y }}",
            f"case s {{ {left} => true | {right} => {a} }}", f"case {left} {{ {left} => {a} }}",
        )  # fmt: skip

    def unary(self) -> str:
        a, f = self.random.choice(BOOL), self.random.choice(UNARY)
        return self.some("x", f"{f} x", f"if x then {a} else false", "e x", "if x then x else false", a)

    def count(self) -> str:
        n = self.random.choice(COUNT)
        return self.some("0", "3", "6", n, f"succ {n}", f"iter {n} {{ zero => 0 | succ y => succ y }}")

    def item(self) -> str:
        r = self.random
        nat = self.some("Nat", "Nat", "Nat[5]")
        data = " | ".join(r.sample(CONSTRUCTORS, r.randint(1, 3)))
        return self.some(
            f"def {r.choice(BOOL)} : Bool = {self.bool()}",
            f"def {r.choice(BOOL)} : Bool =\n  {self.bool()}",
            f"def {r.choice(UNARY)} (x : Bool) : Bool = {self.unary()}",
            f"def {r.choice(COUNT)} : {nat} = {self.count()}",
            f"def {self.some('s', 't')} : {self.some('Side', 'Two')} = {self.some('s', *CONSTRUCTORS)}",
            f"data {self.some('Side', 'Two')} = {data}",
            self.some("space V[2]", "space V[3]", "space Side[2]", "data V = L"),
            f"extern e : {self.some('Bool -o Bool', 'Bool -o Bool', 'Nat -o Bool')}",
            f"extern v : {self.some('V', 'Nat')}",
            f"learn w : {self.some('V -o Bool', 'Bool -o Bool')}",
            "def h (v : V) : Bool = w v",
            self.bool(),
        )

    def cell(self) -> str:
        r = self.random
        items = [self.item() for _ in range(r.randint(1, 3))]
        if r.random() < 0.1:
            items.insert(0, f"{{-# OPTIONS {r.choice(SETTINGS)} #-}}")
        commented = [
            f"{r.choice(COMMENTS)}{self.some(*APART)}{item}" if r.random() < 0.3 else item for item in items
        ]
        text = self.some("\n", "\n\n").join(commented)
        if r.random() < 0.1:
            indent = self.some("  ", "\u00a0\u00a0")
            text = "\n".join(indent + line for line in text.split("\n"))
        return text

    def step(self) -> None:
        """Does one thing that a user may do. What fails leaves the program as it was."""
        program, r = self.program, self.random
        what = r.random()
        try:
            if what < 0.6:
                self.cells.append(self.cell())
                program.run(self.cells[-1])
            elif what < 0.75 and self.cells:
                program.run(r.choice(self.cells))
            elif what < 0.8:
                program.auto = not program.auto
            elif what < 0.85:
                program.nat_size = r.choice([4, 6, 10])
            elif what < 0.9:
                program.undo()
            elif what < 0.94:
                program.rerun()
            elif what < 0.95:
                program.reset()
            else:
                with program.whole():
                    program.auto = True
                    program.run(self.cell())
                    program.run(self.cell())
        except cajal.CajalError:
            pass

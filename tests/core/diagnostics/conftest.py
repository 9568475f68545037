"""What the tables of mistakes share: a program to make them with, and the kinds that a module has."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from cajal_core import CajalError, Mistake, Program

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
extern flip : Bool -o Bool
extern f' : Bool
def twins (arg2 : Bool) : Bool -o Bool * Bool = let y = arg2 in \\x:Bool. (y, x)
extern wide : Bool -o Nat[3]
def widened (x : Bool) : Nat[3] = wide x
extern seen : Bool -o Bool -o Bool
def flipped (x : Bool) : Bool = flip x
def both (x : Bool) (y : Bool) : Bool = not (seen x y)
learn table : Bool -o Bool
learn broad : Bool -o Nat[3]
def look (x : Bool) : Bool = table x
def widen (x : Bool) : Nat[3] = broad x
def often (!x : Bool) (!y : Bool) : Bool = and (and x x) (and y y)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


@pytest.fixture
def kinds() -> Callable[[ModuleType], set[type[Mistake]]]:
    """The mistakes that a module has, so that its table can be seen to lack none."""

    def kinds(module: ModuleType) -> set[type[Mistake]]:
        classes = [kind for kind in vars(module).values() if isinstance(kind, type)]
        return {kind for kind in classes if issubclass(kind, Mistake) and kind is not Mistake}

    return kinds


@pytest.fixture
def told(program: Program) -> Callable[[Callable[[Program], object]], tuple[type[Mistake], str]]:
    """What a user is told who does something wrong: the one mistake, and its text."""

    def told(provoke: Callable[[Program], object]) -> tuple[type[Mistake], str]:
        with pytest.raises(CajalError) as caught:
            provoke(program)
        (mistake,) = caught.value.errors
        return type(mistake), str(caught.value)

    return told

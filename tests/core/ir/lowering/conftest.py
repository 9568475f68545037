"""What the tests of lists share."""

import pytest

from cajal_core import Program

DECLARATIONS = r"""
def not (x : Bool) : Bool = if x then false else true
def xor (x y : Bool) : Bool = if x then not y else y
extern net : Bool -o Nat[3]
extern pick : Nat[3] -o Bool -o Bool
extern seen : List[3] Bool -o Bool
learn rated : List[2] Bool -o Bool
"""


@pytest.fixture
def program() -> Program:
    program = Program(nat_size=4, auto=True)
    program.run(DECLARATIONS)
    return program

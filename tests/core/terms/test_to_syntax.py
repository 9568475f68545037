"""What is read back is what was understood: the same core term, were it parsed again."""

from __future__ import annotations

from cajal_core import Program
from cajal_core.terms import core

PROGRAM = """
data Dir = N | E
space V[2]
extern f : V -o Bool
def twice (!x : Bool) : Bool * Bool = (x, x)
"""


def definition(source: str) -> core.Definition:
    program = Program()
    program.run(PROGRAM + f"def t {source}")
    term = program._declarations["t"].meanings[program.nat_size]
    assert isinstance(term, core.Definition)
    return term

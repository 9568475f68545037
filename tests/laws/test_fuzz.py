"""Whatever is typed ends in a result or in a `CajalError`: random tokens, and mutations of valid programs."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from cajal_core import CajalError, Program
from cajal_core.base.source import Source
from cajal_core.syntax.parse import completeness, parse
from cajal_core.syntax.printer import pretty
from cajal_core.terms.values import OverflowMode
from tests.laws.budget import budget
from tests.laws.strategies import Sample, samples

TOKENS = st.sampled_from(
    """def extern learn space data type use if then else iter zero succ case fold nil cons snoc let in copy as
    drop fail dict true false tt ff for Bool Unit Nat List Dir N E Pair () x y f g x' xs _ logic and Image S
    0 1 2 3 10 007 99999999999999999999 ( ) { } [ ] < > <| <|> | , ; : . .1 .2 = & ^ && || ++ [] [x] (x,y)
    <x,y> List[3] ^2 => -> -o * ! \\ λ ⊸ ⊗ ↪ → ⇒ × - -- {- -} ' 2x x'y é 名 🙂 " # @
    \u200b \u202e \x00 \ufeff""".split()
)
BLANKS = st.sampled_from(
    [" ", " ", " ", "", "\n", "\n  ", "\t", "\r\n", " -- c\n", " {- c -} ", "\x0c", "\u00a0"]
)

PRELUDE = """def f (x : Bool) : Bool = x
data Dir = N | E
space Image[2, 2]
extern g : Image -o Bool
def y : Nat = 1
data Pair = Pair Bool (List[2] Bool)
extern xs : List[3] Bool
"""


#: Seconds of this process that a cell may take, on a machine however busy.
LONGEST = 20


def ends(text: str, *, nat_size: int = 10, overflow: OverflowMode = "truncate", auto: bool = False) -> None:
    """Everything that a notebook does with a cell."""
    began = time.process_time()
    completeness(text)
    program = Program(nat_size=nat_size, overflow=overflow, auto=auto)
    program.run(PRELUDE)
    before = dict.fromkeys(program.names)
    try:
        results = program.run(text)
    except CajalError as error:
        message = str(error)
        assert message
        assert error.errors
        assert all(each.title for each in error.errors)
        # Nothing of a cell with a mistake is kept.
        assert dict.fromkeys(program.names) == before
    else:
        assert len(results) == len(parse(Source("again", text)))
        assert all(str(each) for each in results)
    assert time.process_time() - began < LONGEST


@given(st.lists(st.tuples(TOKENS, BLANKS), max_size=30))
@budget(300)
def test_random_tokens(words: list[tuple[str, str]]) -> None:
    ends("".join(token + blank for token, blank in words))


@given(st.text(max_size=40))
@budget(200)
def test_random_characters(text: str) -> None:
    ends(text)


@given(samples(size=8) | samples(size=8, auto=True), st.data())
@budget(300)
def test_mutations_of_programs(sample: Sample, data: st.DataObject) -> None:
    """Tokens of a valid program dropped, doubled, exchanged and replaced."""
    words = re.findall(r"\s+|[\w']+|<\|>|=>|->|-o|.", "\n".join(map(pretty, sample.items)))
    for _ in range(data.draw(st.integers(1, 3))):
        at, to = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
        match data.draw(st.integers(0, 3)):
            case 0:
                words[at : at + 1] = []
            case 1:
                words.insert(at, words[to])
            case 2:
                words[at], words[to] = words[to], words[at]
            case _:
                words[at] = data.draw(TOKENS)
        words = words or [" "]
    ends("".join(words), nat_size=sample.nat_size, overflow=sample.overflow, auto=sample.auto)


@given(samples(size=8), st.integers(0, 400))
@budget(100)
def test_programs_cut_short(sample: Sample, length: int) -> None:
    """What a notebook sees while someone types."""
    ends("\n".join(map(pretty, sample.items))[:length], nat_size=sample.nat_size)

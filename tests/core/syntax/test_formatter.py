"""Formatting changes layout alone, and only once."""

import pytest

import cajal_core as cajal
from cajal_core import CajalError, Source
from cajal_core.syntax.parse import parse

MESSY = """

-- logic
def   not(x:Bool):Bool=if x then false else true -- trailing


{- block
   comment -}
def and (x : Bool)  (y:Bool) : Bool =
      if x then y
   else (drop y in
 false)
space V[2,3];extern f:V-o Bool
  -- inside
def repeat(!f:Bool⊸Bool)(n:Nat[4]): Bool= iter n
{ zero=>true
| succ b=>f b
}
λx : Bool. (x:Bool)
data   T=Box Nat [ 4 ]List[3]Bool|Dot
use logic( and,or )
type  R = Bool^3&List [2] ( Nat )
def g(!f h:A) ( (a,_) : A*B ):R=\\ ( x , y ) : A.\\_ z.f < a . 1 , p.1 . 2>[ x|x in xs,y  in  [ ] ] [1,2]
  <|>\\p.1<|> (C [1])
f [a
|x in xs
]
"""

NEAT = """-- logic
def not (x : Bool) : Bool = if x then false else true  -- trailing

{- block
   comment -}
def and (x : Bool) (y : Bool) : Bool =
  if x then y
  else (drop y in
    false)
space V[2, 3]; extern f : V -o Bool
-- inside
def repeat (!f : Bool ⊸ Bool) (n : Nat[4]) : Bool = iter n
  { zero => true
  | succ b => f b
  }
λx:Bool. (x : Bool)
data T = Box Nat[4] List[3] Bool | Dot
use logic (and, or)
type R = Bool ^ 3 & List[2] (Nat)
def g (!f h : A) ((a, _) : A * B) : R = \\(x, y):A. \\_ z. f <a.1, p.1.2> [x | x in xs, y in []] [1, 2]
  <|> \\p. 1 <|> (C [1])
f [a
  | x in xs
  ]
"""


def test_the_layout() -> None:
    assert cajal.format(MESSY) == NEAT
    assert cajal.format(NEAT) == NEAT


@pytest.mark.parametrize(
    "source",
    [
        "",
        "not true",
        "a\n b",
        "        a\n{- c -} b",
        "{- c -} a\n        b",
        "a -- c\n-- d\n\n\nb",
        "(a,b , c)",
        "a;b\r\nc",
        "f<a,b\n>\n<|>[ a ,\nb\n]",
        "\\(x:A)(y:B).\\p. 1",
    ],
)
def test_the_program_stays(source: str) -> None:
    formatted = cajal.format(source)
    assert parse(Source("a", formatted)) == parse(Source("b", source))
    assert cajal.format(formatted) == formatted


def test_what_does_not_parse_is_refused() -> None:
    with pytest.raises(CajalError, match="never closed"):
        cajal.format("f (x")


@pytest.mark.parametrize("source", ["not (" * 500 + "true" + ")" * 500, "let x = true in " * 900 + "x"])
def test_what_is_nested_deeply_is_laid_out(source: str) -> None:
    assert cajal.format(source) == source

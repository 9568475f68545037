"""Programs that the language refuses, with the culprit marked «so», and their accepted near twins."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program
from cajal_core.base.source import Source
from cajal_core.syntax.parse import parse

PRELUDE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def eq  (x : Bool) (y : Bool) : Bool = if x then y else not y
def at (f : Bool -o Bool) (x : Bool) : Bool = f x
def pred3 (n : Nat[3]) : Bool = iter n { zero => true | succ b => drop b in false }
def x'' : Bool = true
space Image[28, 28]
space Other[28, 28]
extern blur : Image -o Image
data Dir = N | E | S
data Coin = Head | Tail
def repeat (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ y => f y }
extern classify : Image -o Nat
"""

UNUSED = "never used"
TWICE = "used twice"
BRANCH = "does not use"
CAPTURE = "from outside"
UNKNOWN = "unknown name"

#: The program with its culprit marked, and what the title of the mistake says.
REFUSED = [
    # Those of docs/spec.md, section 4, and their like
    (r"\«x»:Bool. true", UNUSED),
    (r"\x:Bool. and x «x»", TWICE),
    (r"\«x»:Bool. \x:Bool. x", UNUSED),
    (r"\x:Bool. \n:Nat. iter n { zero => true | succ y => eq «x» y }", CAPTURE),
    (r"\x:Bool. \y:Bool. if x then y else «true»", BRANCH),
    ("iter 2 { zero => true | succ y => «0» }", "expected Bool, got Nat"),
    # A variable is used exactly once
    (r"\x:Bool. let «y» = x in true", UNUSED),
    (r"\«x»:Bool. let x = true in x", UNUSED),
    (r"\x:Bool. let y = x in and y «x»", TWICE),
    (r"\x:Bool. (\y:Bool. and x y) «x»", TWICE),
    (r"\x:Bool. if x then «x» else x", TWICE),
    (r"\f:Bool -o Bool. f («f» true)", TWICE),
    (r"\«f»:Bool -o Bool. true", UNUSED),
    (r"\x:Bool. copy x as (a, «b») in a", UNUSED),
    (r"\x:Bool. copy x as («a», a) in a", UNUSED),
    (r"\x:Bool. copy x as (a, b) in and a (and b «a»)", TWICE),
    (r"\x:Bool. copy x as (a, b) in and a (and b «x»)", TWICE),
    (r"\x:Bool. drop x in «x»", TWICE),
    (r"\n:Nat. iter n { zero => «n» | succ y => y }", TWICE),
    ("def f («x» : Bool) : Bool = true", UNUSED),
    ("def f («x» : Bool) (x : Bool) : Bool = x", UNUSED),
    ("def f (x : Bool) : Bool = and x «x»", TWICE),
    (r"def f : Bool -o Bool = \«x». true", UNUSED),
    ("iter 2 { zero => true | succ «y» => true }", UNUSED),
    ("iter 2 { zero => true | succ y => and y «y» }", TWICE),
    ("iter { true | «y» -> true } 2", UNUSED),
    (r"let g = \x:Bool. not x in and (g true) («g» true)", TWICE),
    (r"\img:Image. iter (classify img) { zero => «img» | succ y => blur y }", TWICE),
    # Branches use the same variables
    (r"\x:Bool. \y:Bool. if x then «true» else y", BRANCH),
    (r"\c:Bool. \f:Bool -o Bool. if c then f true else «false»", BRANCH),
    (r"\c:Bool. \x:Bool. if c then (if true then x else «true») else x", BRANCH),
    # A step sees its own variable only
    (r"\x:Bool. iter 2 { zero => true | succ y => (\z:Bool. and z y) «x» }", CAPTURE),
    (r"\x:Bool. iter 2 { zero => x | succ y => and «x» y }", CAPTURE),
    (r"\f:Bool -o Bool. iter 2 { zero => true | succ y => «f» y }", CAPTURE),
    (r"\not:Bool -o Bool. iter 2 { zero => true | succ y => «not» y }", CAPTURE),
    (r"\x'':Bool. iter 2 { zero => true | succ y => and «x''» y }", CAPTURE),
    (r"\x:Bool. iter { true | y -> and «x» y } 2", CAPTURE),
    ("let x = true in iter 2 { zero => true | succ y => and «x» y }", CAPTURE),
    ("iter 2 { zero => 0 | succ y => iter 2 { zero => 0 | succ z => drop z in «y» } }", CAPTURE),
    # Types agree
    ("if «3» then true else false", "expected Bool, got Nat"),
    ("if true then true else «0»", "expected Bool, got Nat"),
    ("not «3»", "expected Bool, got Nat"),
    ("not «not»", "expected Bool, got Bool -o Bool"),
    ("at «true» true", "expected Bool -o Bool, got Bool"),
    ("succ «true»", "expected Nat, got Bool"),
    ("iter «true» { zero => true | succ y => y }", "expected Nat, got Bool"),
    ("iter { true | y -> y } «true»", "expected Nat, got Bool"),
    ("(«true» : Nat)", "expected Nat, got Bool"),
    (r"(«\x:Bool. x» : Bool)", "expected Bool, got"),
    (r"(\x:«Nat». x : Bool -o Bool)", "expected Bool, got Nat"),
    ("def f : Nat = «true»", "expected Nat, got Bool"),
    ("def f (x : Bool) : Nat = «x»", "expected Nat, got Bool"),
    (r"\j:Other. blur «j»", "expected Image, got Other"),
    ("pred3 «(2 : Nat[4])»", "expected Nat[3], got Nat[4]"),
    ("iter 2 { zero => (0 : Nat[3]) | succ y => drop y in «(1 : Nat[4])» }", "expected Nat[3], got Nat[4]"),
    ("«true» false", "no function"),
    ("«3» 4", "no function"),
    ("«not true» false", "no function"),
    ("«(not true)» false", "no function"),
    # Only data is copied and dropped
    (r"\f:Bool -o Bool. copy «f» as (g, h) in g (h true)", "cannot copy"),
    (r"\f:Bool -o Bool. drop «f» in true", "cannot drop"),
    (r"\i:Image. drop «i» in true", "cannot drop"),
    ("drop «not» in true", "cannot drop"),
    # Numbers fit their types
    ("pred3 «3»", "3 does not fit Nat[3]"),
    ("«10»", "10 does not fit"),
    ("(0 : «Nat[0]»)", "at least 1"),
    ("(succ «3» : Nat[3])", "3 does not fit Nat[3]"),
    ("if true then (1 : Nat[2]) else «2»", "2 does not fit Nat[2]"),
    ("succ «999999999999999999999999999»", "digits"),
    ("«succ 9»", "succ 9 does not fit Nat[10]"),
    ("«space V[2, 0]»", "at least 1"),
    # Pairs
    (r"let (x, «y») = (true, false) in x", UNUSED),
    (r"let («x», x) = (true, false) in x", UNUSED),
    (r"\p:Bool * Bool. let (x, y) = p in and x (and y «x»)", TWICE),
    (r"\x:Bool. (x, «x»)", TWICE),
    (r"\p:Bool * Bool. (p, «p»)", TWICE),
    ("let (x, y) = «true» in x", "expected a pair"),
    ("let (x, y) = «not» in x", "expected a pair"),
    ("((«3», true) : Bool * Bool)", "expected Bool, got Nat"),
    ("(«(true, false)» : Bool)", "expected Bool, got"),
    ("not «(true, false)»", "expected Bool, got Bool * Bool"),
    (r"\p:Image * Bool. drop «p» in true", "cannot drop"),
    (r"\p:Bool * (Bool -o Bool). copy «p» as (q, r) in q", "cannot copy"),
    ("iter 2 { zero => (0, true) | succ p => «0» }", "expected Nat * Bool, got Nat"),
    (r"\x:Bool. iter 2 { zero => (0, true) | succ p => let (m, b) = p in (m, and «x» b) }", CAPTURE),
    ("let (x, y, «z») = (true, true, true) in drop x in y", "`z` is never used"),
    ("(true, «)»", "expected a term"),
    # Data types
    (r"\d:Dir. case «d» { N => true | E => false }", "lacks the arm of `S`"),
    (r"\d:Dir. case d { N => true | E => false | S => true | «N» => true }", "two arms"),
    (r"\d:Dir. case d { N => true | E => false | S => true | «Head» => true }", "no constructor of Dir"),
    (r"\d:Dir. case d { N => true | E => «0» | S => true }", "expected Bool, got Nat"),
    (r"\d:Dir. \x:Bool. case d { N => x | E => «true» | S => x }", BRANCH),
    (r"\d:Dir. case d { N => «d» | E => E | S => S }", TWICE),
    (r"\x:Bool. case x { «N» => true | true => false | false => true }", "no constructor of Bool"),
    (r"\f:Bool -o Bool. case «f» { g => g }", "got Bool -o Bool"),
    (r"\d:Dir. if «d» then true else false", "expected Bool, got Dir"),
    ("(«N» : Coin)", "expected Coin, got Dir"),
    ("«Nort»", "unknown constructor"),
    ("«N» true", "no function"),
    ("data New = «N»", "already a constructor"),
    ("data New = A | B | «A»", "already a constructor"),
    ("data «new» = A", "expected a name with a capital"),
    ("data New = «a»", "expected"),
    ("data «Unit» = A", "expected"),
    # Reusable parameters
    (r"\g:Bool -o Bool. repeat «g» 3", "uses the variable `g`"),
    (r"\g:Bool -o Bool. repeat (\x. «g» x) 3", "uses the variable `g`"),
    ("at «repeat»", ""),
    ("let r = «repeat» in r not 3", "without its reusable argument"),
    (
        "def late (n : Nat) «(!f : Bool -o Bool)» : Bool = iter n { zero => true | succ y => f y }",
        "comes after",
    ),
    (r"\(«!»f : Bool -o Bool). f true", "expected a name"),
    ("extern f : «!»Bool -o Bool", "expected a type"),
    ("repeat «3» 3", "expected Bool -o Bool, got Nat"),
    # Names
    ("«nott» true", UNKNOWN),
    ("def f (x : Bool) : Bool = «f» x", UNKNOWN),
    ("def f : «Imgae» -o Bool = classify", "unknown type"),
    ("extern f : «Matrix» -o Bool", "unknown type"),
    ("(let y = true in y); «y»", UNKNOWN),
    ("let y = «y» in y", UNKNOWN),
    ("«True»", ""),
    # Types that no one wrote
    (r"\«x». x", "not known"),
    (r"(\«x». x) true", "not known"),
    (r"let f = \«x». x in f true", "not known"),
    # Declarations
    ("space «v»[2]", "expected a name with a capital"),
    ("space «Bool»[2]", "expected a name with a capital"),
    ("def «F» : Bool = true", "expected a name"),
    ("extern «Blur» : Image", "expected a name"),
    ("def f «=» true", "expected"),
    ("def f «x» : Bool = x", "expected"),
    ("def f (x «)» : Bool = x", "expected `:`"),
    # Syntax
    ("if true «else» false", "expected"),
    ("if true then false«»", "expected `else`"),
    ("not «if» true then true else false", "expected"),
    (r"\«x» y. x", "not known"),
    ("iter 2 { «|» zero => true | succ y => y }", "expected"),
    ("iter 2 { zero «->» true | succ y => y }", "expected `=>`"),
    ("iter 2 { zero => true | succ y «->» y }", "expected `=>`"),
    ("iter { true | y «=>» y } 2", "expected `->`"),
    ("iter { true | y -> y }«»", "expected"),
    ("iter 2 { «succ» y => y | zero => true }", "expected"),
    ("not «)»", "closes nothing"),
    ("«(»true", "never closed"),
    ("iter 2 «{» zero => true | succ y => y", "never closed"),
    ("(true«}»", "expected `)`"),
    ("(true«;» false)", "inside brackets"),
    ("«{-» not true", "never closed"),
    ("not «then»", "expected"),
    ("let «zero» = true in true", "expected a name"),
    ("let x = true«»", "expected `in`"),
    ("copy true as «x» in x", "expected `(`"),
    (r"\x:Bool «→» x", "no meaning"),
    ("not true «+» false", "no meaning"),
    ("«2x»", "not a name"),
    ("«'x»", "not a name"),
    ("def f : Bool =«»\ntrue", "expected a term"),
    ("def f : Bool = let x = true«»\nx", "expected `in`"),
    ("  not true\n«then» false", "expected"),
]


def unmarked(marked: str) -> tuple[str, int, int]:
    """The program without the marks, and where they were."""
    start, end = marked.index("«"), marked.index("»") - 1
    return marked.replace("«", "").replace("»", ""), start, end


@pytest.fixture(scope="module")
def prelude() -> Program:
    program = Program()
    program.run(PRELUDE)
    return program


@pytest.mark.parametrize(("marked", "kind"), REFUSED, ids=[marked for marked, _ in REFUSED])
def test_refused_with_the_culprit(prelude: Program, marked: str, kind: str) -> None:
    text, start, end = unmarked(marked)
    with pytest.raises(CajalError) as caught:
        prelude.run(text)
    first = caught.value.errors[0]
    assert first.span is not None
    assert (first.span.text, first.span.start, first.span.end) == (text[start:end], start, end)
    assert kind in first.title
    assert "^" in str(caught.value)


#: Programs, and what their last item's type prints as.
ACCEPTED = [
    # Near twins of what is refused
    (r"\x:Bool. drop x in true", "Bool -o Bool"),
    (r"\x:Bool. copy x as (a, b) in and a b", "Bool -o Bool"),
    (r"\x:Bool. (\x:Bool. x) x", "Bool -o Bool"),
    (r"\x:Bool. let x = x in x", "Bool -o Bool"),
    (r"\x:Bool. copy x as (x, y) in and x y", "Bool -o Bool"),
    (r"\x:Bool. \n:Nat. iter n { zero => x | succ y => not y }", "Bool -o Nat -o Bool"),
    (r"\y:Bool. \n:Nat. iter n { zero => y | succ y => not y }", "Bool -o Nat -o Bool"),
    (r"\x:Bool. \y:Bool. if x then y else drop y in true", "Bool -o Bool -o Bool"),
    ("iter 2 { zero => 1 | succ y => drop y in 0 }", "Nat"),
    (r"iter 2 { zero => \x:Bool. x | succ f => \x. f (not x) }", "Bool -o Bool"),
    ("iter 2 { zero => 0 | succ y => iter 2 { zero => y | succ z => succ z } }", "Nat"),
    (r"\f:Bool -o Bool. f true", "(Bool -o Bool) -o Bool"),
    (r"\c:Bool. \f:Bool -o Bool. if c then f true else f false", "Bool -o (Bool -o Bool) -o Bool"),
    ("def x'' (x'' : Bool) : Bool = x''; x''", "Bool -o Bool"),
    ("def not (x : Bool) : Bool = not x; not", "Bool -o Bool"),
    ("def g : Bool = and (not true) (not true); g", "Bool"),
    (r"\img:Image. blur img", "Image -o Image"),
    ("pred3 2", "Bool"),
    ("pred3 (2 : Nat[3])", "Bool"),
    ("(succ 2 : Nat[4])", "Nat[4]"),
    ("succ (2 : Nat[4])", "Nat[4]"),
    ("(9 : Nat[10])", "Nat[10]"),
    ("iter (2 : Nat[3]) { zero => (0 : Nat[4]) | succ n => succ n }", "Nat[4]"),
    # A type may be left out where one is expected
    (r"(\x. x : Bool -o Bool)", "Bool -o Bool"),
    (r"at (\x. not x) true", "Bool"),
    (r"def f : Bool -o Bool -o Bool = \x. \y. and x y; f", "Bool -o Bool -o Bool"),
    (r"(if true then \x. x else \y. not y : Bool -o Bool)", "Bool -o Bool"),
    (r"(let z = true in \x. and z x : Bool -o Bool)", "Bool -o Bool"),
    (r"(\f. \x. f x : (Bool -o Bool) -o Bool -o Bool)", "(Bool -o Bool) -o Bool -o Bool"),
    # Pairs
    ("let (x, y) = (true, false) in and x y", "Bool"),
    (r"\p:Bool * Bool. let (x, y) = p in and x y", "Bool * Bool -o Bool"),
    (r"\x:Bool. let (x, y) = (x, true) in and x y", "Bool -o Bool"),
    (r"\x:Bool. copy x as (a, b) in (a, b)", "Bool -o Bool * Bool"),
    ("((3, true) : Nat[4] * Bool)", "Nat[4] * Bool"),
    ("(true, 3, N)", "Bool * Nat * Dir"),
    ("(true, (3, N))", "Bool * (Nat * Dir)"),
    (r"((\x. x, true) : (Bool -o Bool) * Bool)", "(Bool -o Bool) * Bool"),
    (r"\p:(Bool -o Bool) * Bool. let (f, x) = p in f x", "(Bool -o Bool) * Bool -o Bool"),
    (r"\p:Bool * Nat. drop p in ()", "Bool * Nat -o Unit"),
    (r"\p:Bool * Nat. copy p as (q, r) in (q, r)", "Bool * Nat -o Bool * Nat * (Bool * Nat)"),
    (
        r"\x:Bool. iter 2 { zero => (x, 0) | succ p => let (b, n) = p in (not b, succ n) }",
        "Bool -o Bool * Nat",
    ),
    # Data types
    (r"\d:Dir. case d { N => true | E => false | S => true }", "Dir -o Bool"),
    (r"\d:Dir. case d { S => true | N => false | E => true }", "Dir -o Bool"),
    (r"\d:Dir. \x:Bool. case d { N => x | E => drop x in true | S => not x }", "Dir -o Bool -o Bool"),
    (r"\d:Dir. copy d as (a, b) in case a { N => b | E => b | S => drop b in N }", "Dir -o Dir"),
    ("data Dir = N | E | S; case N { N => 1 | E => 2 | S => 3 }", "Nat"),
    ("data New = A; A", "New"),
    # Reusable parameters
    ("repeat not 3", "Bool"),
    ("repeat not", "Nat -o Bool"),
    (r"repeat (\x. not x)", "Nat -o Bool"),
    ("def again (!g : Bool -o Bool) : Nat -o Bool = repeat g; again not", "Nat -o Bool"),
    ("repeat", "!(Bool -o Bool) -o Nat -o Bool"),
    ("def never (!x : Bool) (!y : Nat) : Bool = true; never (not true) 3", "Bool"),
    ("def if_ (!x : Bool) (c : Bool) : Bool = if c then true else x; if_ true", "Bool -o Bool"),
    (r"let not = \x:Bool. x in not (repeat (\x. x) 3)", "Bool"),
    # Names
    (r"\_:Bool. true", "Bool -o Bool"),
    (r"\x':Bool. \x'':Bool. and x' x''", "Bool -o Bool -o Bool"),
    (r"λx:Bool. x", "Bool -o Bool"),
    (r"λf:Bool ⊸ Bool. λx:Bool. f x", "(Bool -o Bool) -o Bool -o Bool"),
    ("\\cafe\u0301:Bool. caf\u00e9", "Bool -o Bool"),
    (r"\def':Bool. def'", "Bool -o Bool"),
    (r"\iffy:Bool. iffy", "Bool -o Bool"),
    (r"\tt':Bool. tt'", "Bool -o Bool"),
    ("space Été[2]; extern e : Été; e", "Été"),
    ("space A_1'[2, 3]; extern e : A_1'; e", "A_1'"),
    # Redefinition
    ("space Image[28, 28]; extern again : Image; blur again", "Image"),
    ("extern blur : Image -o Image; blur", "Image -o Image"),
]


@pytest.mark.parametrize(("text", "type"), ACCEPTED, ids=[text for text, _ in ACCEPTED])
def test_accepted(text: str, type: str) -> None:
    program = Program()
    program.run(PRELUDE)
    assert str(program.run(text)[-1].type) == type


#: Two spellings of one program.
SAME = [
    (r"\(x:Bool) (y:Nat). t", r"\x:Bool. \y:Nat. t"),
    (r"\(x:Bool). t", r"\x:Bool. t"),
    (r"λ(x:Bool)(y:Nat). t", r"\x:Bool. \y:Nat. t"),
    ("iter n { zero => b | succ y => s }", "iter {b | y -> s} n"),
    ("iter {b | y ↪ s} n", "iter {b | y -> s} n"),
    ("tt", "true"),
    ("ff", "false"),
    ("f x y", "(f x) y"),
    ("succ x y", "(succ x) y"),
    ("f (succ x) 3", "f(succ x)3"),
    ("succ succ'", "(succ succ')"),
    (r"\x. x y", r"\x. (x y)"),
    ("if a then b else c d", "if a then b else (c d)"),
    ("let x = a in b c", "let x = a in (b c)"),
    ("drop a in drop b in c", "drop a in (drop b in c)"),
    ("extern f : A -o B -o C", "extern f : A -o (B -o C)"),
    ("extern f : A⊸B", "extern f : A -o B"),
    ("extern f : (A -o B) -o ((C))", "extern f : (A -o B) -o C"),
    ("space A[2,3]", "space A [ 2 , 3 ]"),
    ("007", "7"),
    ("f -- x\n", "f"),
    ("f --x", "f"),
    ("f {- {- x -} y -} z", "f z"),
    ("f{--}z", "f z"),
    ("{- c -} f", "f"),
    ("f {- x\ny -} z", "f z"),
    ("{- a\n-} f\n     x", "f x"),
    ("f -- {- not open\n  x", "f x"),
    ("f {- -- not a line -} x", "f x"),
    ("(a, b, c)", "((a, b), c)"),
    ("(((a, b)))", "(a,b)"),
    ("let (x, y) = (a, b) in x y", "let (x,y)=(a,b)in x y"),
    ("f (a, b)", "f(a,b)"),
    ("extern f : A * B * C", "extern f : (A * B) * C"),
    ("extern f : A ⊗ B -o C", "extern f : (A * B) -o C"),
    ("case t { A => a | B => b }", "case t{A=>a|B=>b}"),
    ("data D = A\n  | B", "data D = A | B"),
    ("data D =\n  A |\n  B", "data D = A | B"),
    ("f ()", "f ( )"),
    ("def f (! x : A) : A = x", "def f (!x : A) : A = x"),
    # Layout
    ("case t\n{ A => a\n| B => b\n}", "case t { A => a | B => b }"),
    ("f\n  x", "f x"),
    ("f\n\n\n x", "f x"),
    ("f\n-- comment at the margin\n  x", "f x"),
    ("  f\n    x\n  g", "f x; g"),
    ("\tf\n\t\tx\n\tg", "f x; g"),
    ("f\ng", "f; g"),
    (";; f ;; g ;", "f; g"),
    ("f; g", "f\ng"),
    ("f ; \n g", "f\ng"),
    ("(\nf\nx\n)", "f x"),
    ("f (\nx\n)", "f x"),
    ("if a\nthen b\nelse c", "if a then b else c"),
    ("let x = a\nin x", "let x = a in x"),
    ("copy a\nas (x, y)\nin x y", "copy a as (x, y) in x y"),
    ("iter n\n{ zero => b\n| succ y => s\n}", "iter n { zero => b | succ y => s }"),
    ("iter n {\nzero => b |\nsucc y => s }", "iter n { zero => b | succ y => s }"),
    ("def f (x : A)\n  : B\n  = x", "def f (x : A) : B = x"),
    ("f\r\n  x\r\ng\r\n", "f x; g"),
    ("\n\n   f\n", "f"),
    ("", " \n -- nothing\n"),
    ("then'", "(then')"),
    ("f\nthen'", "f; then'"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings(one: str, other: str) -> None:
    assert parse(Source("one", one)) == parse(Source("other", other))


#: Programs that look alike and are not.
DIFFERENT = [
    ("f x", "f; x"),
    ("f\nx", "f\n x"),
    ("f (g x)", "f g x"),
    (r"\x. \y. t", r"\y. \x. t"),
    ("extern f : (A -o B) -o C", "extern f : A -o B -o C"),
    ("(a, (b, c))", "(a, b, c)"),
    ("extern f : A * (B * C)", "extern f : A * B * C"),
    ("extern f : (A -o B) * C", "extern f : A -o B * C"),
    ("case t { A => a | B => b }", "case t { B => b | A => a }"),
    ("zero", "0"),
    ("x'", "x"),
    (r"\x:A. t", r"\x. t"),
    ("(x : A)", "x"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_programs(one: str, other: str) -> None:
    assert parse(Source("one", one)) != parse(Source("other", other))


def test_spans_refer_to_the_cell_as_written(prelude: Program) -> None:
    """Also in a cell that is indented as a whole, after tabs, and after characters of two columns."""
    for text in ("    not true\n      3", "\t\tnot true\n\t\t\t3", "not {- 名 🙂 -} true 3"):
        with pytest.raises(CajalError) as caught:
            prelude.run(text)
        span = caught.value.errors[0].span
        assert span is not None
        assert span.source.text == text
        assert text[span.start : span.end].startswith("not")

"""Every word of the language: its form, its rule in words, an example. For Shift-Tab and `word?`."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_kernel.assist.tokens import SYMBOLS


@dataclass(frozen=True)
class Keyword:
    """`form` is how it is written, `rule` what holds of it, `example` a cell that runs by itself."""

    form: str
    rule: str
    example: str


_IF = Keyword(
    "if c then t else e",
    "c is a Bool; both branches have one type and use the same variables. It means c[0] t + c[1] e.",
    r"\b:Bool. if b then false else true",
)
_ITER = Keyword(
    "iter n { zero => b | succ y => s }",
    "b, then s n times, with y the value so far. The step s sees y and top-level names, no other variable.",
    "iter 3 { zero => true | succ y => if y then false else true }",
)
_LET = Keyword(
    "let x = s in t,  let (x, y) = s in t",
    "Names s, or the two parts of a pair, in t; each name is used there exactly once.",
    "let (x, y) = (true, 3) in if x then y else succ y",
)
_COPY = Keyword(
    "copy s as (x, y) in t",
    "Two copies of a value of a data type, each used exactly once in t. Functions and spaces have no copies.",
    r"\b:Bool. copy b as (x, y) in if x then y else y",
)
_DROP = Keyword("drop s in t", "Uses s, a value of a data type, and forgets it.", r"\b:Bool. drop b in 3")
_TRUE = Keyword("true, tt : Bool", "The basis vector e0.", "true")
_FALSE = Keyword("false, ff : Bool", "The basis vector e1.", "false")

KEYWORDS: dict[str, Keyword] = {
    "def": Keyword(
        "def f (x : A) (!g : B) : C = t",
        "A definition, used any number of times. Each parameter is used exactly once in t, a reusable one, "
        "marked `!`, any number of times.",
        "def not (x : Bool) : Bool = if x then false else true",
    ),
    "extern": Keyword(
        "extern f : A -o B",
        "A parameter that Python links to a tensor, a module or a function on tensors: `%link f=network`.",
        "extern f : Bool -o Bool",
    ),
    "learn": Keyword(
        "learn f : A -o B",
        "A tensor of this type that is trained, one for all neurons that use it.",
        "learn f : Bool -o Bool",
    ),
    "space": Keyword(
        "space Name[d1, d2]",
        "A real vector space of this shape; its values come from Python.",
        "space Image[28, 28]",
    ),
    "data": Keyword(
        "data Name = A | B",
        "A data type with these values, in this order.",
        "data Light = Red | Amber | Green",
    ),
    "if": _IF,
    "then": _IF,
    "else": _IF,
    "iter": _ITER,
    "zero": Keyword("zero : Nat", "The number 0; in `iter`, the arm where the count is 0.", "zero"),
    "succ": Keyword(
        "succ t",
        "One more; what does not fit its type overflows. In `iter`, the arm of a step.",
        "succ (succ 1)",
    ),
    "case": Keyword(
        "case s { A => t | B => u }",
        "One arm for each constructor of the data type of s; all arms use the same variables.",
        "data Side = L | R; case L { L => true | R => false }",
    ),
    "let": _LET,
    "in": _LET,
    "copy": _COPY,
    "as": _COPY,
    "drop": _DROP,
    "true": _TRUE,
    "tt": _TRUE,
    "false": _FALSE,
    "ff": _FALSE,
    "Bool": Keyword("Bool", "The type of true and false; a vector of 2 numbers.", "(true : Bool)"),
    "Unit": Keyword("Unit", "The type of `()`; a vector of 1 number.", "(() : Unit)"),
    "Nat": Keyword(
        "Nat, Nat[k]",
        "The type of 0 … k-1; a vector of k numbers. Without a size it is the notebook's: `%nat`.",
        "(2 : Nat[3])",
    ),
}

SIGNS: dict[str, str] = {
    "λ": r"\x:A. t   a function; x is used exactly once in t",
    "⊸": "A -o B   the type of functions from A to B, a matrix of dim B rows and dim A columns",
    "⊗": "A * B   the type of pairs (a, b), a vector of dim A times dim B numbers",
    "↪": "->   in `iter { b | y -> s } n`",
}
"""What the signs are that Tab makes."""


def keyword_text(word: str, prefix: str = "") -> str:
    """What Shift-Tab shows of a word or a sign. `prefix` begins the notebook's magics."""
    if word in SIGNS:
        names = [name for name, sign in SYMBOLS.items() if sign == word]
        return f"{word} is {SIGNS[word]}\n\nWrite it with Tab: {', '.join(names)}"
    keyword = KEYWORDS[word]
    rule = keyword.rule.replace("`%", f"`%{prefix}")
    return f"{keyword.form}\n\n{rule}\n\nExample:\n  {keyword.example}"

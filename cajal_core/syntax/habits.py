r"""What people write by habit, and what to write instead: a table of patterns over the tokens of an item.

A pattern is a little program. `‸` stands before the token at which the parser gives up. `x` is any name,
`C` any name with a capital, `3` any number, `KEYWORD` any reserved word and `END` the end; other words are
themselves, `Λ*` one that begins so, and `a/b` is either. `…` skips any tokens, `~` those of one phrase.
`START` is the start of the item, and `†` stands before the culprit where that is not the token after `‸`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Edit
from cajal_core.syntax.lexer import KEYWORDS, Token
from cajal_core.syntax.rewrites import (
    Rewrite,
    annotated,
    annotated_let,
    before,
    bool_arms,
    capital,
    declared,
    first,
    instead,
    joined,
    lambda_word,
    next_lambda,
    nothing,
    pair_arm,
    paired,
    parenthesized,
    renamed,
    rounded,
    small,
)

_LAMBDA = r"a function is written `\x. t`, or `\x:A. t` with its type"
_LAMBDAS = r"each variable has its own `\`: `\x. \y. t`"
_CASE = "`case` is for `data` types; a Bool is taken apart by `if`, a Nat by `iter`"
_CASE_PAIR = "a pair is taken apart by `let (x, y) = p in t`"
_MATCH = "`data` is taken apart by `case d { C => s | D => t }`, a Bool by `if`, a Nat by `iter`"
_NO_OF = "`case d { C => s | D => t }`, without `of` or `with`"
_ARM = "arms are separated by `|`: `{ C => s | D => t }`"
_ITER = "`iter n { zero => s | succ y => t }` has both arms, `zero` first"
_ITER_OF = "in this form the step is written with `->`: `iter { s | y -> t } n`"
_THEN = "a condition is followed by `then`: `if c then t else e`"
_ELSE = "`if` always has both branches: `if c then t else e`"
_LET = "what uses `x` follows `in`: `let x = s in t`"
_LET_DEF = r"inside a term `let f = \x:A. s in t`, at the left margin `def f (x : A) : B = s`"
_COPY = "the two copies are in parentheses: `copy s as (x, y) in t`"
_DROP = "what is left follows `in`: `drop s in t`"
_DEF = "a definition is written `def f (x : A) : B = t`"
_VALUE = "a definition is written `def x : A = t`"
_PARAMETER = "a parameter is written `(x : A)`"
_PARAMETERS = "each parameter has its own parentheses and type: `(x : A) (y : B)`"
_RESULT = "the type of the result follows `:`: `def f (x : A) : B = t`"
_STATED = "a definition states its type: `def f (x : A) : B = t`"
_EXTERN = "an `extern` has no body, Python links it: `extern f : A`; with one it is `def f : A = t`"
_LEARN = "a `learn` has no body, training finds it: `learn w : A`; with one it is `def w : A = t`"
_BUILT_IN = "`Bool`, `Unit` and `Nat` cannot be declared again"
_NAMES = "names of variables and definitions begin with a lower-case letter"
_NO_TYPE = "types begin with a capital letter, as `Bool` and `Nat` do; no name stands for any type"
_TYPES = "names of types begin with a capital letter"
_CONSTRUCTORS = "constructors begin with a capital letter"
_SEPARATED = "constructors are separated by `|`, and hold nothing: `data T = C | D`"
_RESERVED = "`‸` is a reserved word; choose another name"
_SUCC = r"`succ` is always given its number, `succ n`; as a function it is `\n:Nat. succ n`"
_PARTS = "a value has no fields; a pair is taken apart by `let (x, y) = p in t`"
_REPEATS = "what repeats is an `iter n { zero => s | succ y => t }`"
_WHERE = "what a term uses stands before it: `let x = s in t`, or a `def` above"
_BANG = "define `not` and write `not x`; a reusable parameter alone is marked, `(!f : A)`, not its argument"
_EQ = "there are no operators; define `eq` and write `eq x y`"

#: Words of other languages, which are names here: what to say where they name nothing.
WORDS = {
    **dict.fromkeys(["of", "with"], _NO_OF),
    **dict.fromkeys(["fun", "fn", "func", "function", "lambda"], _LAMBDA),
    **dict.fromkeys(["match", "switch"], _MATCH),
    **dict.fromkeys(["define", "val", "var", "const"], _DEF),
    "return": f"{_DEF}, and `t` is its value",
    "where": _WHERE,
    **dict.fromkeys(["for", "while", "loop"], _REPEATS),
    "print": "a bare term is shown: write it alone",
}

#: Types of other languages, where they name nothing here, and what they are called.
TYPE_WORDS = {
    **dict.fromkeys(["Boolean", "Logical"], "Bool"),
    **dict.fromkeys(["Int", "Integer", "Natural", "Fin", "UInt"], "Nat"),
    **dict.fromkeys(["Void", "Null", "None", "Empty"], "Unit"),
}

#: Words that begin a definition in other languages, or a `let` without `in`: what they define may be used.
DECLARING = frozenset({"define", "Def", "val", "var", "const", "let"})

# A pattern, what fits at `‸` or, after `!`, does not, the hint, and how the culprit is rewritten.
# The first row that matches tells.
_TABLE: tuple[tuple[str, str, str] | tuple[str, str, str, Rewrite], ...] = (
    ("‸ = =", "", _EQ),
    ("† for/while ~ ‸ in/:/{", "", _REPEATS),
    ("‸ !", "int", _BANG),
    ("‸ !", "", "`!` marks a parameter of a `def`, `(!f : A)`, and stands nowhere else", instead("")),
    ("START ‸ -o/*/=/./=>/->/:/,", "", "a line that goes on with the item above is indented", before("  ")),
    # Declarations
    ("START † fun/fn/func/function/lambda x ‸ : ~ =>", "", _LAMBDA),
    ("START † define/Def/val/var/const/fun/fn/func/function x … ‸ :/=", "", _DEF, instead("def")),
    ("START † type/enum/newtype C … ‸ =/{/|", "", "a data type is written `data T = C | D`", instead("data")),
    ("START x ‸ : … =", "", _VALUE, first("def ")),
    ("data/space ‸ Bool/Unit/Nat", "", _BUILT_IN),
    ("data/space ‸ KEYWORD", "", _RESERVED),
    ("data/space ‸ x", "", _TYPES, renamed(capital)),
    ("data C ‸ x/C", "=", "a data type has no parameters: `data T = C | D`"),
    ("data C = ‸ |", "", "the first constructor has no `|` before it", instead("")),
    ("data … ‸ Bool/Unit/Nat", "Name", f"{_BUILT_IN}; a constructor has a name of its own"),
    ("data … ‸ x", "Name", _CONSTRUCTORS, renamed(capital)),
    ("data C = … ‸ ,", "|", _SEPARATED, instead(" |")),
    ("data C = … ‸ C", "|", _SEPARATED, before("| ")),
    ("data C = … ‸", "|", "constructors hold nothing: `data T = C | D`"),
    ("space C ‸", "[", "a space has a shape: `space Image[28, 28]`"),
    ("space C [ … ‸", "int", "a shape is made of numbers: `space Image[28, 28]`"),
    ("‸ C", "name !int", _NAMES, renamed(small)),
    ("‸ KEYWORD", "name !int", _RESERVED),
    ("extern x … ‸ =", "", _EXTERN),
    ("learn x … ‸ =", "", _LEARN),
    ("def x ~ : ‸ =", "", f"{_STATED}, with `B` between `:` and `=`"),
    ("def x ~ ‸ : =", "=", f"{_STATED}, with `=` before `t`", instead("")),
    ("def x ~ ‸ =", ":", _STATED),
    ("def x ~ ‸ ->/=>", ":", _RESULT, instead(":")),
    ("def x ~ ( x ‸ x/,", ":", _PARAMETERS),
    ("def x ~ ( x : ~ ‸ ,", ")", _PARAMETERS),
    ("def x ~ ( x ‸ )", ":", _PARAMETER),
    ("def x ~ ‸ x", "( !Bool", _PARAMETER),
    ("def x ~ ‸ END", ":", _STATED),
    ("def x ~ ‸ END", "=", "the body follows `=`: `def f (x : A) : B = t`"),
    # Types
    ("‸ bool/boolean/Boolean", "Bool", "did you mean `Bool`?", instead("Bool")),
    ("‸ nat/int/integer", "Bool", "did you mean `Nat`?", instead("Nat")),
    ("‸ unit", "Bool", "did you mean `Unit`?", instead("Unit")),
    ("‸ x", "Bool", _NO_TYPE, declared),
    ("‸ Bool/Unit/Nat", "int", "`‸` is a type, not a term"),
    # Functions
    ("† fun/fn/func/function/lambda ~ ‸ ->/=>/:/{", "", _LAMBDA, lambda_word),
    ("† Λ* ‸ ./:/->/=>", "", r"a function begins with a small `λ`, or with `\`: `\x:A. t`"),
    ("\\ … ‸ ->/=>", ".", _LAMBDA, instead(".")),
    ("\\ ( x ‸ ,", ":", r"a pair is taken apart inside: `\p. let (x, y) = p in t`"),
    ("\\ ( x ‸ )", ":", r"in parentheses a variable has its type: `\(x:A). t`"),
    ("\\ … ‸ x", ".", _LAMBDAS, next_lambda),
    ("\\ … ‸ ,", ".", _LAMBDAS, instead(". \\")),
    # Arms
    ("† match/switch … ‸ {/=>/->/|/:", "", _MATCH),
    ("case … † of/with … ‸ =>/->/|/:", "{", _NO_OF),
    ("iter/case … { ‸ |", "", "the first arm has no `|` before it", instead("")),
    ("case … ‸ _/else/default/otherwise", "Name !int", "every constructor has an arm of its own"),
    ("case … ‸ x", "Name !int", _CONSTRUCTORS),
    ("case … ‸ (", "Name !int", _CASE_PAIR, pair_arm),
    ("case … ‸ true/false", "Name !int", _CASE, bool_arms),
    ("case … ‸ zero/succ/3", "Name !int", _CASE),
    ("case … { ‸ }", "Name", "a `case` has one arm for every constructor: `case d { C => s | D => t }`"),
    ("iter … ‸", "zero !int", _ITER),
    ("iter … ‸ }", "| !}", _ITER),
    ("iter … ‸", "succ !int", _ITER),
    ("succ x ‸ x", "=>", "`succ y` names one variable, the state so far: `succ y => t`"),
    ("zero/x/C ‸ ->", "=>", "an arm of `iter n {…}` or of `case` is written with `=>`", instead("=>")),
    ("iter … ‸ =>", "->", _ITER_OF, instead("->")),
    ("‸ succ x", "| !}", _ARM, before("| ")),
    ("‸ succ", "| !}", _ARM),
    ("C ‸ =>", "| int", _ARM, before("| ", back=1)),
    ("iter { … } ‸", "int", "the count follows: `iter { s | y -> t } n`"),
    # Forms with `in`, `then` and `else`
    ("let ( x , x ‸ ,", "", "`(x, y, z)` is `((x, y), z)`: take it apart in two steps"),
    ("let x ‸ ,", "", "a pair is taken apart with parentheses: `let (x, y) = s in t`", paired),
    ("let rec ‸ x", "", "a definition sees only those above it; what repeats is an `iter`"),
    ("let x ‸ x/(", "=", _LET_DEF),
    ("let x ‸ :", "=", "a type is written around the term: `let x = (t : A) in …`", annotated_let),
    ("let x ‸ in", "=", _LET),
    ("if … ‸ =", "then", _EQ),
    ("as ‸", "(", _COPY),
    ("‸", "as", _COPY),
    ("copy … as ( x , x ) ‸", "in", _COPY, joined),
    ("drop ~ ‸", "in", _DROP, joined),
    ("let … ‸ END", "in", f"{_LET}; for the whole program it is `def x : A = s`"),
    ("drop … ‸ END", "in", _DROP),
    ("‸ END/{/}/)/else/then", "else", _ELSE),
    ("‸ then/else", "end", "`‸` belongs to an `if`: `if c then t else e`"),
    ("‸ in", "end", "`in` belongs to a `let`, a `copy` or a `drop`: `let x = s in t`"),
    # Terms
    ("3 ‸ .", "", "numbers are whole"),
    ("succ ‸ END/)/}/|/,/in/then/else/as/:", "int", _SUCC, instead(r"(\n:Nat. succ n)", back=1)),
    ("x ‸ .", "", _PARTS),
    ("† where x … ‸ =/:", "", _WHERE),
    ("‸ [", "int", "a pair is written `(s, t)`; there are no lists", rounded),
    ("‸ ->/=>", "-o", "a function type is written `-o`", instead("-o")),
    ("x ‸ ->/=>", "int", _LAMBDA),
    ("succ ‸ succ", "int", "an argument is put in parentheses: `succ (succ …)`", parenthesized),
    ("‸ if/iter/case/let/copy/drop/\\/succ", "int", "an argument is put in parentheses: `f (‸ …)`"),
    ("‸", "then", _THEN),
    ("START x ‸ =", "", _VALUE),
    ("START x … ‸ =", "int", _DEF),
    ("‸ =", "int", _EQ),
    ("START x … ‸ : … =", "", _DEF),
    ("‸ :", "int end", "an annotation is put in parentheses: `(t : A)`", annotated),
    ("‸ def/extern/learn/space/data", "", "a new item begins at the left margin, or after `;`"),
)  # fmt: skip

#: How many tokens before and after `‸` are looked at, and how many at the start of the item.
_AROUND, _FIRST = 80, 4
#: What does not stand within a phrase.
_BETWEEN = "|".join(map(re.escape, "= in => -> | { }".split()))
_CLASSES = {"x": r"name␟\S+", "C": r"Name␟\S+", "3": r"int␟\S+", "END": r"end␟\S*", "START": "START"}
_CLASSES["KEYWORD"] = rf"(?:{'|'.join(sorted(KEYWORDS))})␟\S+"
_SKIPS = {"…": r"(?:\S+ )*?", "~": rf"(?:(?!(?:{_BETWEEN})␟)\S+ )*?"}


@dataclass(frozen=True, slots=True)
class Hint:
    """What to write instead; `culprit` is the token that is wrong, if not the one that does not fit."""

    text: str
    culprit: int | None
    edits: tuple[Edit, ...] = ()


def find_hint(tokens: Sequence[Token], at: int, fits: AbstractSet[str]) -> Hint | None:
    """What to write instead, if the token `at` does not fit for a reason that is easily recognised.

    `fits` are the types of the tokens that would fit there.
    """
    before = [index for index in range(at) if index < _FIRST or index >= at - _AROUND]
    words = [
        f"{token.type}␟{token.value} "
        for token in [*map(tokens.__getitem__, before), *tokens[at : at + _AROUND]]
    ]
    text = "".join(["START ", *words[: len(before)], "‸ ", *words[len(before) :]])
    for pattern, wanted, unwanted, hint, rewrite in _ROWS:
        if wanted <= fits and not unwanted & fits and (match := pattern.search(text)):
            culprit = before[text.count(" ", 0, match.start("culprit")) - 1] if pattern.groups else None
            edits = rewrite(tokens, at if culprit is None else culprit)
            return Hint(hint.replace("‸", tokens[at].span.text), culprit, edits)
    return None


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the table, over tokens written `type␟value `."""
    parts, words = list[str](), iter(pattern.split(" "))
    for word in words:
        if word == "†":
            parts.append(rf"(?P<culprit>{_one_of(next(words))} )")
        else:
            parts.append("‸ " if word == "‸" else _SKIPS.get(word) or f"{_one_of(word)} ")
    return re.compile(r"(?<!\S)" + "".join(parts))


def _one_of(alternatives: str) -> str:
    return "(?:" + "|".join(map(_token, alternatives.split("/"))) + ")"


def _token(word: str) -> str:
    if word in _CLASSES:
        return _CLASSES[word]
    if word.endswith("*"):
        return rf"[nN]ame␟{word[:-1]}\S*"
    is_name = word.isidentifier() and word not in KEYWORDS
    return f"[nN]ame␟{word}" if is_name else rf"{re.escape(word)}␟\S+"


_ROWS = tuple(
    (
        _compiled(pattern),
        frozenset(word for word in fits.split() if not word.startswith("!")),
        frozenset(word[1:] for word in fits.split() if word.startswith("!")),
        hint,
        rewrite[0] if rewrite else nothing,
    )
    for pattern, fits, hint, *rewrite in _TABLE
)

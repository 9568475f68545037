"""Every help is followed, as one would who reads the message: the edits that it stands for make
mistakes fewer.

A help without edits is advice, which only its reader can follow: `ADVICE` says why.
"""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Mistake, Program, edited
from cajal_core.diagnostics import cases, linear, lists, runtime, scope, syntax, types
from tests.errors.test_golden import CASES, MODULES, name

NEXT = "-- next cell\n"
#: A help may lead to the next one, where a line that parses is checked at last.
STEPS = 6


def mistakes(text: str) -> tuple[Mistake, ...]:
    """What is wrong with the last of some cells."""
    program = Program(auto=text.startswith("-- auto\n"))
    *before, last = text.split(NEXT)
    for cell in before:
        program.run(cell)
    try:
        program.run(last, folder=MODULES)
    except CajalError as error:
        return error.errors
    return ()


def mended(text: str, mistake: Mistake) -> str:
    """The cells with the edits of a mistake made in the last."""
    *before, last = text.split(NEXT)
    assert all(edit.span.source.text == last for edit in mistake.edits)
    return NEXT.join([*before, edited(last, mistake.edits)])


def badness(found: tuple[Mistake, ...]) -> tuple[int, int, int]:
    """How many items do not parse, then how many mistakes there are, first without those of evaluation.

    What does not parse hides mistakes of types, and these hide those of evaluation.
    """
    unread = sum(type(mistake).__module__ == syntax.__name__ for mistake in found)
    unchecked = sum(not isinstance(mistake, runtime.Overflow) for mistake in found)
    return unread, unchecked, len(found)


def followed(text: str, mistake: Mistake) -> list[tuple[int, int, int]]:
    """How bad the cell is as one help after the other is followed, this first, until it is better."""
    found = mistakes(text)
    badnesses = [badness(found)]
    for _ in range(STEPS):
        text = mended(text, mistake)
        found = mistakes(text)
        badnesses.append(badness(found))
        helps = [other for other in found if other.edits]
        if badnesses[-1] < badnesses[0] or not helps:
            break
        mistake = helps[0]
    return badnesses


HELPED: dict[str, tuple[str, Mistake]] = {
    f"{name(path)}-{place}": (text, mistake)
    for path in CASES
    for text in [path.read_text(encoding="utf-8")]
    for place, mistake in enumerate(mistakes(text))
    if mistake.help
}


@pytest.mark.parametrize(("text", "mistake"), HELPED.values(), ids=HELPED)
def test_who_follows_a_help_has_fewer_mistakes(text: str, mistake: Mistake) -> None:
    if mistake.edits:
        badnesses = followed(text, mistake)
        assert badnesses[-1] < badnesses[0], f"{badnesses}\n{mistake.help}\n{mended(text, mistake)}"
    else:
        assert reason(mistake), f"{type(mistake).__name__}: {mistake.help}"


def reason(mistake: Mistake) -> str | None:
    """Why there are no edits."""
    kinds = (why for kind, why in KINDS.items() if isinstance(mistake, kind))
    hints = (why for why, starts in HINTS.items() if any(start in (mistake.help or "") for start in starts))
    return next(kinds, None) or next(hints, None)


#: Mistakes whose help is advice wherever it has no edits.
KINDS: dict[type[Mistake], str] = {
    cases.MissingArms: "what a missing arm gives is the author's",
    cases.NotCases: "the arms are those of another type",
    cases.NumberBesideSucc: "which of the two arms is meant is the author's",
    cases.UselessArm: "where the arm was meant to stand is the author's",
    cases.WrongFields: "what the fields are used for is the author's",
    linear.MissingReusable: "what is reused is the author's",
    lists.FewAlternatives: "whether more components are meant is the author's",
    lists.IgnoresNoData: "what uses the value is the author's",
    lists.LongList: "the bound of a type is the author's",
    lists.NeedsType: "the type is the author's",
    lists.NoComponent: "which component is meant is the author's",
    lists.NotAlternatives: "which component is meant is the author's",
    lists.NotList: "which list is meant is the author's",
    lists.NotRows: "which rows are meant is the author's",
    lists.PatternNeedsType: "the type is the author's",
    linear.NotReusable: "a lambda cannot be marked `!`, and which top-level name is meant is the author's",
    runtime.Overflow: "the size of a type is the author's",
    scope.ModuleCycle: "what both modules need is the author's",
    scope.RepeatedConstructor: "a new name is the author's, and is wanted wherever the old one stands",
    scope.TwoParameters: "a definition of another cell is run again",
    scope.TypeAsTerm: "which value of the type is meant is the author's",
    scope.UnknownModule: "what the module declares is the author's",
    syntax.BadOption: "which setting is meant is the author's",
    syntax.HugeNumber: "what is counted is the author's",
    syntax.Unopened: "where the comment begins is the author's",
    types.NeedsAnnotation: "the type is the author's",
    types.NotData: "the `copy` or `drop` goes, and what used its parts is written anew",
    types.NotPair: "which pair is meant is the author's",
    types.Mismatch: "what takes the value apart, or changes its size, is the author's",
}
#: Of mistakes that are told by their hints, and of those of linear use.
HINTS: dict[str, tuple[str, ...]] = {
    "a lambda, a part of a pair or a local function is to become a parameter or a definition": (
        "mark it reusable",
        "make it a reusable parameter",
        "what is defined by",
        "a step may use what is defined above it",
    ),
    "the state of the loop is written anew": ("carry ", "is a term over"),
    "the type at another place is the author's, or too large": ("its place takes", "count in larger units"),
    "a name, a type or a shape is the author's": (
        "is a reserved word; choose another name",
        "cannot be declared again",
        "a parameter is written",
        "in parentheses a variable has its type",
        "a definition states its type",
        "a definition is written",
        "has no body",
        "declare it:",
        "a space has a shape",
        "a shape is made of numbers",
        "a function is written",
        "a function begins with a small",
        "a name begins with a letter",
        "is a type, not a term",
        "parameters of one type are written",
        "variables of one type are written",
        "a type is written out",
        "here a name is wanted",
        "`_` drops a value and names nothing",
        "`A ^ 3` is a type",
        "`!` marks all names of its parentheses",
    ),
    "a part that is missing is the author's": (
        "`if` always has both branches",
        "a condition is followed by `then`",
        "has both arms, `zero` first",
        "follows `in`",
        "the body follows `=`",
        "the count follows",
        "a `case` has an arm for every constructor",
        "belongs to a",
        "the copies are in parentheses",
        "`copy` makes two copies or more",
        "a list type names its elements",
    ),
    "the module of the operation is to be used first": ("there are no operators", "`use logic` has `not`"),
    "what is written is no part of the language, and may mean several things": (
        "a comment starts with",
        "there are no strings",
        "numbers are whole",
        "a choice is written",
        "a prime in a name is written",
        "a declared type has no parameters",
        "fields have no names",
        "without `of` or `with`",
        "a value is taken apart by `case",
        "arms are separated by `|`",
        "no name stands for any type",
        "a new item begins",
        "alternatives are written `<a, b>`",
        "`<a, b>` are alternatives",
        "`<a, b>` has two alternatives or more",
        "a list with one more element is",
        "a term without a result is `fail`",
        "a module is used by",
        "`use` takes one module",
        "the library has it",
        "a sum is declared",
    ),
    "the term is written anew": (
        "of alternatives one is picked",
        "lists are joined by a fold",
        "a comprehension takes all elements",
        "a list is read by `fold",
        "`nil` comes first",
        "a list is taken apart by `nil`",
        "a list of results is written",
        "the elements of a list are written out",
        "an arm has one pattern",
        "an arm has no condition",
        "`let` takes pairs apart",
        "a pair is taken apart by `let",
        "the parts of a pattern are",
        "what repeats is an `iter",
        "a type is made of those above it",
        "stands before it",
        "inside a term `let f",
        "an argument is put in parentheses",
        "`succ y` has one variable",
    ),
}


def test_every_reason_is_met() -> None:
    """An advice that has got edits is advice no more."""
    advice = [mistake for _, mistake in HELPED.values() if not mistake.edits]
    kinds = {kind for kind in KINDS if not any(isinstance(mistake, kind) for mistake in advice)}
    starts = {
        start
        for hints in HINTS.values()
        for start in hints
        if not any(start in (mistake.help or "") for mistake in advice)
    }
    assert (kinds, starts) == (set(), set())

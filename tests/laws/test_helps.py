"""Who follows the helps ends at a right program where copies and drops lack, and comes nearer after slips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from hypothesis import given

from cajal_core import CajalError, Program, edited
from cajal_core.base.source import Source
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax.lexer import Token, tokenize
from cajal_core.syntax.printer import pretty
from tests.errors.test_helps import badness, followed
from tests.laws.budget import budget
from tests.laws.strategies import Sample, samples
from tests.laws.test_laws import close, oracle_of, with_parameters

#: More than a generated program lacks.
HELPS_AT_MOST = 200
PROGRAMS = sorted((Path(__file__).parents[1] / "programs").glob("*.cajal"))


@given(samples(auto=True, size=8))
@budget(40)
def test_the_helps_of_linear_use_make_the_program_that_auto_makes(sample: Sample) -> None:
    """An edit makes no more mistakes; at last there are none, and the meaning is that with `auto`."""
    program = Program(nat_size=sample.nat_size, overflow=sample.overflow)
    typed = Program(nat_size=sample.nat_size, overflow=sample.overflow, auto=True)
    typed.run(sample.source)
    text = f"{sample.source}\ndef main : {typed.type(pretty(sample.term))} = {pretty(sample.term)}"
    found = mistakes(program, text)
    for _ in range(HELPS_AT_MOST):
        if not found:
            break
        text = edited(text, found[0].edits)
        rest = mistakes(program, text)
        assert len(rest) <= len(found), text
        found = rest
    program.run(text)
    close(
        with_parameters(program.compile("main"), sample.links).matrix(), oracle_of(sample).tensor(sample.term)
    )


def mistakes(program: Program, text: str) -> tuple[Mistake, ...]:
    try:
        program.run(text)
    except CajalError as error:
        return error.errors
    return ()


def test_the_helps_of_typing_slips_lead_on(trials: Callable[[int, int], int]) -> None:
    """A word that is left out, written twice, misspelt or swapped with the next.

    A slip may read as another one, so that a few helps do not mend it.
    """
    random, fewer, others = Random(9), 0, list[str]()
    for _ in range(trials(200, 3000)):
        text = slip(random.choice(PROGRAMS).read_text(encoding="utf-8"), random)
        for mistake in mistakes(Program(), text)[:3]:
            if mistake.edits:
                before, *_, after = followed(text, mistake)
                told = f"{mistake.title}: {mistake.help}"
                fewer += after < before
                others += [told] * (after >= before)
    assert len(others) <= 0.1 * fewer, others


def slip(text: str, random: Random) -> str:
    """A program with one word of one of its items changed."""
    tokens = tokenize(Source("cell", text)).tokens
    place = random.randrange(len(tokens) - 1)
    token, following = tokens[place], tokens[place + 1]
    written = {
        "left out": "",
        "twice": f"{token.span.text} {token.span.text}",
        "swapped": f"{following.span.text} {token.span.text}",
        "misspelt": misspelt(token, random),
    }
    kind = random.choice(list(written))
    end = following.span.end if kind == "swapped" else token.span.end
    return text[: token.span.start] + written[kind] + text[end:]


def misspelt(token: Token, random: Random) -> str:
    word = token.span.text
    place = random.randrange(len(word))
    return word[:place] + random.choice(["", "e", word[place] * 2]) + word[place + 1 :]


def test_meta_what_is_better() -> None:
    assert badness(()) == (0, 0, 0)
    assert badness(mistakes(Program(), "if true\n\nx")) == (1, 2, 2)

"""Modules that are written for regular expressions: they are laid out, they check, and they accept."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import product

import pytest
import torch

import cajal_core as cajal
from cajal_core import Program
from cajal_core.program.regex.module import letter_name, module

WRITTEN = """\
-- Whether a word matches a regular expression, from its first letter to its last.
-- python -m cajal_core regex 'a(b|c)*'

-- The letters that the expression names. Other stands for every other one.
data Letter = A | B | C | Other

-- The states of the smallest automaton, where no word is accepted from Dead.
data State = S0 | S1 | Dead

-- The state after one more letter.
def next (state : State) (letter : Letter) : State =
  case state {
    S0 => case letter { A => S1 | _ => Dead }
  | S1 => case letter { B => S1 | C => S1 | _ => Dead }
  | Dead => drop letter in Dead
  }

-- Whether the word matches.
def accepts (word : List[64] Letter) : Bool =
  case fold word { nil => S0 | snoc state letter => next state letter } {
    S1 => true | _ => false
  }
"""


def test_a_module() -> None:
    assert module("a(b|c)*") == WRITTEN


@pytest.mark.parametrize(
    ("expression", "letters", "length"),
    [
        ("", "a", 2),
        (".*", "a", 2),
        (r"[^\s\S]", "a", 2),
        ("a(b|c)*", "abcx", 4),
        ("(a|b)*a(a|b)", "ab", 5),
        (r"-?\d+(,\d\d?)?", "-1,x", 4),
        ("aA|[Bb]*", "aAbB", 3),
        ("\u00e4|\u00c4\n?", "\u00e4\u00c4\n", 3),
    ],
)
def test_it_accepts_what_matches(expression: str, letters: str, length: int) -> None:
    source = module(expression)
    assert cajal.format(source) == source
    program = Program()
    results = program.run(source)
    assert all(result.documentation for result in results)
    known = next(result.constructors for result in results if result.name == "Letter")
    for count in range(length + 1):
        for word in map("".join, product(letters, repeat=count)):
            names = [name if (name := letter_name(letter)) in known else "Other" for letter in word]
            matches = re.fullmatch(expression, word, re.ASCII | re.DOTALL) is not None
            assert str(program.evaluate(f"accepts [{', '.join(names)}]")) == str(matches).lower(), word


def test_the_step_is_the_transition_matrix() -> None:
    program = Program()
    program.run(module("a(b|c)*"))
    matrix = program["next"].matrix().reshape(3, 4, 3)  # the next state, the letter, the state
    assert matrix.sum(0).eq(1).all()
    assert [matrix[:, letter, 0].argmax() for letter in range(4)] == [1, 2, 2, 2]
    assert [matrix[:, letter, 1].argmax() for letter in range(4)] == [2, 1, 1, 2]


def test_a_neuron_accepts_with_the_probability_of_the_words_that_match() -> None:
    program = Program()
    program.run(module("a(b|c)*"))
    letters = torch.rand(5, 4, generator=torch.Generator().manual_seed(0)).softmax(-1)
    words = torch.tensor([*product(range(4), repeat=5)])
    matches = torch.tensor(
        [re.fullmatch("0[12]*", "".join(map(str, word))) is not None for word in words.tolist()]
    )
    probability = letters[torch.arange(5), words].prod(-1)[matches].sum()
    torch.testing.assert_close(program["accepts"](letters)[0], probability)


@pytest.mark.parametrize("expression", ["a\n|\t", "-a", "it's", "\u200b"])
def test_the_command_in_the_comment_writes_the_same_module(expression: str) -> None:
    import shlex

    from cajal_core.__main__ import main

    source = module(expression)
    _, _, *arguments = shlex.split(source.splitlines()[1].removeprefix("-- "))
    assert arguments[0] == "cajal_core"
    assert all(line.isprintable() for line in source.splitlines())
    assert main(arguments[1:]) == 0


def test_long_lines_are_wrapped() -> None:
    assert max(map(len, module(r"\w+@\w+[abc0-9]x").splitlines())) <= 110


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("a", "A"),
        ("A", "CapitalA"),
        ("7", "Digit7"),
        (" ", "Space"),
        ("\n", "Newline"),
        ("\x01", "Code1"),
        ("\u00e4", "\u00c4"),
        ("\u00b5", "MicroSign"),
        ("_", "LowLine"),
    ],
)
def test_names_of_letters(character: str, name: str) -> None:
    assert letter_name(character) == name


def test_no_two_characters_have_one_name() -> None:
    names = Counter([letter_name(chr(code)) for code in range(0x20000)])
    assert max(names.values()) == 1
    assert all(name.isidentifier() and name[0].isupper() for name in names)
    assert all(unicodedata.normalize("NFC", name) == name for name in names)
    assert not names.keys() & {"Other", "Dead", "Letter", "State", "Bool", "Nat", "List", "Unit"}

"""The documentation comment of an item: which comments it is, and its text."""

from __future__ import annotations

import pytest

from cajal_core import Program, load, lost_comments
from cajal_core.program.cell import Result

DEF = "def f : Bool = true"


def last(text: str) -> Result:
    return Program().run(text)[-1]


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        (f"-- one\n-- two\n{DEF}", "-- one\n-- two"),
        (f"  -- one\n  -- two  \n  {DEF}", "-- one\n-- two"),
        (f"-- far\n\n{DEF}", ""),
        (f"-- far\n\n-- near\n{DEF}", "-- near"),
        (f"{{- a\n b -}}\n{DEF}", "{- a\n b -}"),
        (f"{{- a {{- b -}} c\n\n {{- d -}} -}}\n{DEF}", "{- a {- b -} c\n\n {- d -} -}"),
        (f"{{- a -}} {{- b -}}\n{DEF}", "{- a -} {- b -}"),
        (f"-- a\n{{- b -}} -- c\n{DEF}", "-- a\n{- b -} -- c"),
        (f"true {{- a\n b -}}\n{DEF}", ""),
        (f"true -- of true\n{DEF}", ""),
        (f"true -- of true\n-- own\n{DEF}", "-- own"),
        (f"-- of true\ntrue; {DEF}", ""),
        (f"{{- before -}} {DEF}", ""),
        (f"{{- above -}}\n{{- before -}} {DEF}", ""),
        (DEF, ""),
        (f"-- {DEF}\n{DEF}", f"-- {DEF}"),
        (f"{{-\n{DEF}\n-}}\n{DEF}", f"{{-\n{DEF}\n-}}"),
        (f"-- windows\r\n{DEF}", "-- windows"),
    ],
)
def test_the_comments_directly_above_are_the_documentation(text: str, comment: str) -> None:
    assert last(text).comment == comment


@pytest.mark.parametrize(
    ("comment", "documentation"),
    [
        ("-- swaps\n--both", "swaps\nboth"),
        ("--- swaps\n--\n--   both", "swaps\n\n  both"),
        ("{- a value -}", "a value"),
        ("{- a {- nested -} value -}", "a {- nested -} value"),
        ("{-\n-- a list\n-}", "-- a list"),
        ("-- a\n{- b -}", "a\nb"),
    ],
)
def test_documentation_has_no_signs(comment: str, documentation: str) -> None:
    result = last(f"{comment}\n{DEF}")
    assert (result.comment, result.documentation) == (comment, documentation)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (f"-- header\n\n-- own\n{DEF}", []),
        (f"-- b\n\ntrue\n-- c\n\n{DEF}", ["-- b"]),
        (f"{DEF} -- behind\n-- below\n\ndef g : Bool = f", ["-- behind"]),
        (f"{{- c -}} -- d\n\n{{-# OPTIONS nat=3 #-}}\n-- e\n\n{DEF}", []),
        (f"{DEF} -- behind", ["-- behind"]),
        (f"{DEF}\n-- at the end", ["-- at the end"]),
        (f"-- a\n\n-- a\n{DEF}", []),
        (f"-- own\n{DEF.replace('=', '= {- inside -}')}", []),
        (f"{{-# OPTIONS nat=3 #-}}\n{{- c -}}\n\n{DEF}", []),
    ],
)
def test_comments_of_no_definition_are_not_in_the_source(text: str, lost: list[str]) -> None:
    assert lost_comments(text, load(text).source()) == lost


def test_comments_further_above_are_saved_as_they_stand() -> None:
    above = "-- a licence\n-- of two lines\n\n{- a part -} -- of it"
    text = f"{above}\n\n-- own\n{DEF}\n\n-- other\n\ndef g : Bool = f"
    program = load(text)
    assert program.source() == text
    assert load(program.source()).source() == text
    assert program.state.entries["f"].documentation == "own"


def test_comments_further_above_are_replaced_with_their_item() -> None:
    program = load(f"-- old\n\n{DEF}")
    before = program.state
    program.run(f"-- new\n\n{DEF}")
    assert program.source() == f"-- new\n\n{DEF}"
    program.run(DEF.replace("true", "false"))
    assert program.source() == DEF.replace("true", "false")
    program.restore(before)
    assert program.source() == f"-- old\n\n{DEF}"

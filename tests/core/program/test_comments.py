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
        (f"-- header\n\n-- own\n{DEF}", ["-- header"]),
        (f"{DEF} -- behind", ["-- behind"]),
        (f"{DEF}\n-- at the end", ["-- at the end"]),
        (f"-- a\n\n-- a\n{DEF}", ["-- a"]),
        (f"-- own\n{DEF.replace('=', '= {- inside -}')}", []),
        (f"{{-# OPTIONS nat=3 #-}}\n{{- c -}}\n\n{DEF}", ["{- c -}"]),
    ],
)
def test_comments_of_no_definition_are_not_in_the_source(text: str, lost: list[str]) -> None:
    assert lost_comments(text, load(text).source()) == lost

"""Programs from files, or from source."""

from __future__ import annotations

from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core import CajalError

NOT = "def not (x : Bool) : Bool = if x then false else true"


def test_load(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text(NOT)
    for source in (file, str(file), NOT):
        assert cajal.load(source).names == ["not"]
    with pytest.raises(CajalError, match="cannot read"):
        cajal.load("nowhere.cajal")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CajalError, match="not UTF-8"):
        cajal.load(file)


def test_mistakes_have_their_place_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("true\nnope")
    with pytest.raises(CajalError, match=r"--> logic\.cajal:2:1"):
        cajal.load(file)
    with pytest.raises(CajalError, match=r"--> source:1:1"):
        cajal.load("nope")


def test_the_settings_are_those_of_the_program() -> None:
    program = cajal.load(NOT, nat_size=3, overflow="saturate", auto=True, verify=True)
    assert (program.nat_size, program.overflow, program.auto, program.verify) == (3, "saturate", True, True)

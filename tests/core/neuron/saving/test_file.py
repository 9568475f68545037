"""The file of a neuron: what is in it, and files that are something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import cajal_core as cajal
from cajal_core import CajalError, Neuron
from cajal_core.neuron.saving.file import FORMAT, Contents, as_bytes, from_file
from cajal_core.neuron.saving.origin import ProgramText


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "flip.cajaln"
    flip().save(path)
    return path


def flip() -> Neuron:
    torch.manual_seed(0)
    return cajal.load("learn flip : Bool -o Bool\nextern prior : Bool").compile(
        "flip prior", link={"prior": torch.tensor([0.25, 0.75])}
    )


def refused(path: Path) -> str:
    with pytest.raises(CajalError) as error:
        cajal.load_neuron(path)
    return str(error.value)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    program = ProgramText("def é : Bool = true", "é", 3, "saturate", [], [])
    tensors = {
        "a": torch.tensor(1.5, dtype=torch.bfloat16),
        "b": torch.zeros(0, 3),
        "c": torch.tensor([True]),
        "d": torch.arange(6).reshape(2, 3).double(),
    }
    (tmp_path / "a").write_bytes(as_bytes(Contents(program, tensors, {"training": True})))
    read = from_file(tmp_path / "a")
    assert (read.program, read.facts) == (program, {"training": True})
    assert [*read.tensors] == [*tensors]
    for name, tensor in tensors.items():
        assert read.tensors[name].dtype == tensor.dtype
        assert torch.equal(read.tensors[name], tensor)


def test_other_tools_read_the_tensors_and_the_source(path: Path) -> None:
    with safe_open(path, "pt") as file:
        assert {key: tuple(file.get_tensor(key).shape) for key in file.keys()} == {  # noqa: SIM118
            "extern_prior": (2,),
            "learn_flip": (2, 2),
        }
        header = json.loads(file.metadata()["contents"])
    assert "learn flip : Bool -o Bool" in header["program"]["source"]
    assert header["program"]["term"] == "flip prior"


def test_no_byte_can_be_changed_or_lost_unnoticed(path: Path) -> None:
    whole = path.read_bytes()
    for place in [*range(0, len(whole), 7), len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert "flip.cajaln" in refused(path), place
    for length in (0, 7, 8, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert "no saved neuron" in refused(path), length
    path.write_bytes(whole)
    cajal.load_neuron(path)


def test_a_changed_number_is_told_as_damage(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "is damaged" in refused(path)
    assert "save the neuron again" in refused(path)


def test_files_of_other_kinds_and_versions_are_told_apart(tmp_path: Path) -> None:
    other = tmp_path / "model.safetensors"
    save_file({"weight": torch.zeros(2)}, other)
    assert "is no saved neuron" in refused(other)
    (program := tmp_path / "logic.cajal").write_text("def a : Bool = true")
    assert f"`cajal.load({str(program)!r})` reads a program" in refused(program)
    later = tmp_path / "later.cajaln"
    save_file({"weight": torch.zeros(2)}, later, {"cajal_neuron": "2"})
    assert f"has format 2, and this version of Cajal reads format {FORMAT}" in refused(later)
    for missing in (tmp_path / "none.cajaln", tmp_path, Path("\0")):
        assert "cannot read" in refused(missing)


def test_a_source_that_says_something_else_is_told(path: Path) -> None:
    saved = from_file(path)
    facts = {**saved.facts, "types": {**saved.facts["types"], "flip": "Bool -o Nat[3]"}}
    path.write_bytes(as_bytes(replace(saved, facts=facts)))
    assert "was saved as `Bool -o Nat[3]`, and its source now says `Bool -o Bool`" in refused(path)


def test_a_file_that_cannot_be_written_leaves_the_old_one(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    with pytest.raises(CajalError, match="cannot write"):
        flip().save(tmp_path / "no-such-folder" / "flip.cajaln")
    with pytest.raises(CajalError, match="cannot write"):
        flip().save(tmp_path)
    assert path.read_bytes() == whole
    assert [file.name for file in tmp_path.iterdir()] == ["flip.cajaln"]

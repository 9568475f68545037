"""What is wrong with files of neurons, as users read it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from cajal_core import Linked, Mistake, Program, encode, load_neuron
from cajal_core.diagnostics.use import saving

#: What stands in the place of the folder of a file.
FOLDER = "FOLDER"


def path(name: str = "f.cajaln") -> Path:
    return Path(tempfile.gettempdir()) / "cajal-test-saving" / name


def _part(program: Program) -> None:
    neuron = program["not"]
    part = neuron.part(neuron.wiring().graph["code"][-1]["to"])
    assert part
    part.save(path())


def _saved(program: Program, link: object, again: object = None) -> None:
    program.compile("flip", link={"flip": link}).save(path())  # type: ignore[dict-item]
    load_neuron(path(), {"flip": again} if again else None)  # type: ignore[dict-item]


def _sparse(program: Program) -> None:
    layer = nn.Linear(2, 2)
    neuron = program.compile("flip", link={"flip": layer})
    layer.register_buffer("mask", torch.eye(2).to_sparse())
    neuron.save(path())


def _damaged(program: Program) -> None:
    program["true"].save(path())
    data = path().read_bytes()
    path().write_bytes(data.replace(b"nat_size", b"nat_sise"))
    load_neuron(path())


def _other_format(_: Program) -> None:
    save_file({}, path(), {"cajal_neuron": "7"})
    load_neuron(path())


def _other_kind(_: Program) -> None:
    path("f.cajal").write_text("def a : Bool = true")
    load_neuron(path("f.cajal"))


def _other_meaning(program: Program) -> None:
    from dataclasses import replace

    from cajal_core.neuron.saving.file import as_bytes, from_file

    program["not"].save(path())
    saved = from_file(path())
    path().write_bytes(as_bytes(replace(saved, program=replace(saved.program, term="true"))))
    load_neuron(path())


def _one_for_two(program: Program) -> None:
    program.run("extern flop : Bool -o Bool")
    both = program.compile(r"\x:Bool. flip (flop x)", link={"flip": nn.Linear(2, 2), "flop": nn.Linear(2, 2)})
    both.save(path())
    one = nn.Linear(2, 2)
    load_neuron(path(), {"flip": one, "flop": one})


ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        saving.NoSource,
        _part,
        (
            "this neuron has no source that could be saved: no program compiled it as it is\n"
            "help: save the neuron that it is a part of, which a `Program` compiled; "
            "`torch.save(neuron.state_dict(), path)` keeps its numbers alone"
        ),
    ),
    (
        saving.OnlyNeurons,
        lambda program: Linked(program["not"], x=nn.Identity()).save(path()),
        (
            "a `Linked` has no file of its own: its networks and encodings are Python\n"
            "help: save its neuron, `linked.neuron.save(path)`, and beside it all tensors, "
            '`torch.save(linked.state_dict(), "all.pt")`; then '
            "`Linked(cajal.load_neuron(path), x=network).load_state_dict(…)`; or declare the networks as "
            "externs, which a neuron's file keeps"
        ),
    ),
    (
        saving.NotAPath,
        lambda _: load_neuron(None),  # type: ignore[arg-type]
        (
            "the file of a neuron is given by its path, got NoneType\n"
            'help: a string or a `Path`: `"same.cajaln"`'
        ),
    ),
    (
        saving.NotStorable,
        _sparse,
        (
            "`extern_flip.mask` cannot be saved: it is a sparse tensor, and a file holds dense tensors with "
            "values\nhelp: make it one, such as by `to_dense()`, or unlink it and save the rest"
        ),
    ),
    (
        saving.NotASavedNeuron,
        _other_kind,
        (
            "`FOLDER/f.cajal` is no saved neuron\n"
            "help: `neuron.save(path)` writes one; `cajal.load('FOLDER/f.cajal')` reads a program"
        ),
    ),
    (
        saving.Damaged,
        _damaged,
        (
            "`FOLDER/f.cajaln` is damaged: its contents are not those that were saved\n"
            "help: copy it again from where it is whole, or save the neuron again"
        ),
    ),
    (
        saving.OtherFormat,
        _other_format,
        (
            "`FOLDER/f.cajaln` has format 7, and this version of Cajal reads format 1\n"
            "help: load it with the version that saved it, or a later one: "
            "`pip install --upgrade cajal-jupyter`"
        ),
    ),
    (
        saving.OtherMeaning,
        _other_meaning,
        (
            "`FOLDER/f.cajaln` was saved as `Bool -o Bool`, and its source now says `Bool`\n"
            "help: load it with the version of Cajal that saved it"
        ),
    ),
    (
        saving.NetworksNeeded,
        lambda program: _saved(program, nn.Linear(2, 2)),
        (
            "link first: `FOLDER/f.cajaln` was saved with `flip : Bool -o Bool` linked to a Linear\n"
            "help: give the same architecture: `cajal.load_neuron('FOLDER/f.cajaln', link={'flip': …})`"
        ),
    ),
    (
        saving.OtherNetwork,
        lambda program: _saved(program, nn.Linear(2, 2), nn.Linear(2, 3)),
        (
            "the tensors of `flip`, of a Linear, do not go into a Linear: its `weight` is (3, 2), that of "
            "the file (2, 2)\n"
            "help: link what was saved, a Linear, of the same architecture"
        ),
    ),
    (
        saving.OtherNetwork,
        lambda program: _saved(program, encode(nn.Linear(2, 2)), nn.Linear(2, 2)),
        (
            'the tensors of `flip`, of `cajal.encode(Linear(…), "softmax")`, do not go into a Linear: '
            "the file has no `weight`\n"
            'help: link what was saved, `cajal.encode(Linear(…), "softmax")`, of the same architecture'
        ),
    ),
    (
        saving.OtherEncoding,
        lambda program: _saved(program, encode(nn.Linear(2, 2)), encode(nn.Linear(2, 2), "sigmoid")),
        (
            '`flip` was saved with `cajal.encode(…, "softmax")`, and is linked to '
            '`cajal.encode(…, "sigmoid")`: it would say other things\n'
            'help: link `cajal.encode(…, "softmax")`; for another encoding, load it so, and link the same '
            "network encoded anew: `neuron.link(flip=…)`"
        ),
    ),
    (
        saving.OneForTwo,
        _one_for_two,
        (
            "`flip.weight` and `flop.weight` are one tensor now, and two with other numbers were saved\n"
            "help: link a network of its own to each of the two names"
        ),
    ),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the files of a test."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (folder := path().parent).mkdir()
    return folder


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_users_are_told(
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
    folder: Path,
) -> None:
    made, found = told(provoke)
    assert (made, found.replace(str(folder), FOLDER)) == (kind, text)


def test_every_mistake_of_the_module_is_here(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {row[0] for row in ROWS} == kinds(saving)

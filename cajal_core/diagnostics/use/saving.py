"""Mistakes of neurons in files. Types come as they are to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.links import link_call
from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NoSource(Mistake):
    """A neuron that has no term, such as a part of another."""

    @property
    def title(self) -> str:
        return "this neuron has no source that could be saved: no program compiled it as it is"

    @property
    def help(self) -> str:
        return (
            "save the neuron that it is a part of, which a `Program` compiled; "
            "`torch.save(neuron.state_dict(), path)` keeps its numbers alone"
        )


@dataclass(frozen=True, slots=True)
class OnlyNeurons(Mistake):
    """Networks in front of a neuron, which are no part of its file."""

    @property
    def title(self) -> str:
        return "a `Linked` has no file of its own: its networks and encodings are Python"

    @property
    def help(self) -> str:
        return (
            "save its neuron, `linked.neuron.save(path)`, and beside it all tensors, "
            '`torch.save(linked.state_dict(), "all.pt")`; then '
            "`Linked(cajal.load_neuron(path), x=network).load_state_dict(…)`; or declare the networks as "
            "externs, which a neuron's file keeps"
        )


@dataclass(frozen=True, slots=True)
class NotAPath(Mistake):
    """What is given for a file, and names none."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"the file of a neuron is given by its path, got {self.kind}"

    @property
    def help(self) -> str:
        return 'a string or a `Path`: `"same.cajaln"`'


@dataclass(frozen=True, slots=True)
class NotStorable(Mistake):
    """What is no tensor with plain numbers."""

    name: str
    #: What it is instead.
    kind: str

    @property
    def title(self) -> str:
        return f"`{self.name}` cannot be saved: it is {self.kind}, and a file holds dense tensors with values"

    @property
    def help(self) -> str:
        return "make it one, such as by `to_dense()`, or unlink it and save the rest"


@dataclass(frozen=True, slots=True)
class NotASavedNeuron(Mistake):
    """A file of another kind."""

    path: str

    @property
    def title(self) -> str:
        return f"`{self.path}` is no saved neuron"

    @property
    def help(self) -> str:
        return f"`neuron.save(path)` writes one; `cajal.load({self.path!r})` reads a program"


@dataclass(frozen=True, slots=True)
class Damaged(Mistake):
    """A file whose contents are not those that were written."""

    path: str

    @property
    def title(self) -> str:
        return f"`{self.path}` is damaged: its contents are not those that were saved"

    @property
    def help(self) -> str:
        return "copy it again from where it is whole, or save the neuron again"


@dataclass(frozen=True, slots=True)
class OtherFormat(Mistake):
    """A file of a later version."""

    path: str
    format: str
    known: str

    @property
    def title(self) -> str:
        return f"`{self.path}` has format {self.format}, and this version of Cajal reads format {self.known}"

    @property
    def help(self) -> str:
        return "load it with the version that saved it, or a later one: `pip install --upgrade cajal-jupyter`"


@dataclass(frozen=True, slots=True)
class OtherMeaning(Mistake):
    """A saved source that says something else to this version."""

    path: str
    name: str
    saved: str
    now: str

    @property
    def title(self) -> str:
        name = f"`{self.name}` of " if self.name else ""
        return f"{name}`{self.path}` was saved as `{self.saved}`, and its source now says `{self.now}`"

    @property
    def help(self) -> str:
        return "load it with the version of Cajal that saved it"


@dataclass(frozen=True, slots=True)
class NeededLink:
    """An extern that was saved with what only Python has, and what that was, as a sentence says it."""

    name: str
    type: str
    what: str


@dataclass(frozen=True, slots=True)
class NetworksNeeded(Mistake):
    """Externs of a saved neuron that were linked to networks or functions."""

    path: str
    needed: tuple[NeededLink, ...]
    #: The externs that were linked.
    given: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        linked = ", ".join(f"`{link.name} : {link.type}` linked to {link.what}" for link in self.needed)
        return f"link first: `{self.path}` was saved with {linked}"

    @property
    def help(self) -> str:
        links = ", ".join(f"{name!r}: …" for name in (*self.given, *[link.name for link in self.needed]))
        return f"give the same architecture: `cajal.load_neuron({self.path!r}, link={{{links}}})`"


@dataclass(frozen=True, slots=True)
class OtherNetwork(Mistake):
    """What is linked and does not take the tensors that were saved."""

    name: str
    saved: str
    given: str
    reason: str

    @property
    def title(self) -> str:
        return f"the tensors of `{self.name}`, of {self.saved}, do not go into {self.given}: {self.reason}"

    @property
    def help(self) -> str:
        return f"link what was saved, {self.saved}, of the same architecture"


@dataclass(frozen=True, slots=True)
class OtherEncoding(Mistake):
    """A network that is encoded in another way than the one that was saved."""

    name: str
    saved: str
    given: str

    @property
    def title(self) -> str:
        given = f"is linked to {self.given}: it would say other things"
        return f"`{self.name}` was saved with {self.saved}, and {given}"

    @property
    def help(self) -> str:
        return (
            f"link {self.saved}; for another encoding, load it so, and link the same network encoded anew: "
            f"`neuron.{link_call(self.name)}`"
        )


@dataclass(frozen=True, slots=True)
class OneForTwo(Mistake):
    """A tensor that is linked twice, where two were saved."""

    first: str
    second: str

    @property
    def title(self) -> str:
        return f"`{self.first}` and `{self.second}` are one tensor now, and two with other numbers were saved"

    @property
    def help(self) -> str:
        return "link a network of its own to each of the two names"

"""Mistakes with what is kept of a training: its history and its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotRecorded(Mistake):
    name: str
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"nothing was recorded as {self.name!r}"

    @property
    def help(self) -> str:
        return "there are " + ", ".join(f'"{name}"' for name in self.names) if self.names else "it is empty"


@dataclass(frozen=True, slots=True)
class NotAHistory(Mistake):
    path: str

    @property
    def title(self) -> str:
        return f"`{self.path}` has no history of a training"

    @property
    def help(self) -> str:
        return "`history.to_json(path)` writes one"


@dataclass(frozen=True, slots=True)
class BadCheckpoint(Mistake):
    path: str

    @property
    def title(self) -> str:
        return f"`{self.path}` is no checkpoint of a training, or is damaged"

    @property
    def help(self) -> str:
        return "give another path, or delete the file to begin anew"


@dataclass(frozen=True, slots=True)
class WorkersGoOn(Mistake):
    """A loader whose workers draw random numbers that no checkpoint has."""

    @property
    def title(self) -> str:
        return "the DataLoader keeps its workers, and no checkpoint has the random numbers of these"

    @property
    def help(self) -> str:
        return "make it without `persistent_workers=True`, or train without a checkpoint"


@dataclass(frozen=True, slots=True)
class OtherTraining(Mistake):
    """A checkpoint that was written with other settings."""

    path: str
    #: What differs: its name, what it was, and what it is now.
    different: tuple[tuple[str, str, str], ...]

    @property
    def title(self) -> str:
        told = [f"{name} was {before}, and is now {now}" for name, before, now in self.different[:3]]
        if len(self.different) > 3:
            told.append(f"and {len(self.different) - 3} more")
        return f"the checkpoint `{self.path}` is of another training: {'; '.join(told)}"

    @property
    def help(self) -> str:
        return "train as before to go on; give another path, or delete the file, to begin anew"


@dataclass(frozen=True, slots=True)
class FurtherOn(Mistake):
    """A checkpoint of more steps than are asked for."""

    path: str
    done: int
    asked: int

    @property
    def title(self) -> str:
        return f"the checkpoint `{self.path}` has {self.done} steps behind it, and {self.asked} are asked for"

    @property
    def help(self) -> str:
        return "ask for as many or more; give another path, or delete the file, to begin anew"


@dataclass(frozen=True, slots=True)
class NotPlain(Mistake):
    """Something in a checkpoint that could not be read again."""

    path: str
    part: str

    @property
    def title(self) -> str:
        return f"the checkpoint `{self.path}` cannot be written: the {self.part} is no plain data"

    @property
    def help(self) -> str:
        return "a `state_dict` has tensors, numbers, texts, and lists and dictionaries of them"

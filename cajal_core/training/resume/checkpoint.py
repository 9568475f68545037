"""Checkpoints: files from which a training goes on as if it had never been stopped."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZipFile

import torch

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.kept import BadCheckpoint, NotPlain, OtherTraining
from cajal_core.diagnostics.fitting.settings import BadSetting
from cajal_core.diagnostics.runtime import Unreadable, Unwritable
from cajal_core.training.resume.plain import is_plain
from cajal_core.training.settings import whole

#: Without a number of steps, a checkpoint is written once in so many seconds.
SECONDS = 60.0
#: What stands in each checkpoint, so that no other file is taken for one.
FORMAT = "cajal training 1"


@dataclass(frozen=True)
class Checkpoint:
    """Where a training is kept, and after how many steps each time.

    Without `every` it is written at the end of each epoch, and once a minute. It is written at the end of the
    training in any case, and after an interrupt. The file is replaced at once, so that a process that is
    killed leaves the one before. It has tensors, numbers and texts alone: `torch.load` reads it with
    `weights_only=True`.

    Raises:
        CajalError: if the path is none, or `every` is no whole number of at least 1.

    Example:
        >>> import tempfile
        >>> import cajal_core as cajal
        >>> import torch
        >>> data, loss = (torch.randn(64, 2), torch.randn(64, 1)), torch.nn.functional.mse_loss
        >>> def trained(path, steps):
        ...     torch.manual_seed(0)
        ...     model = torch.nn.Linear(2, 1)
        ...     kept = cajal.Checkpoint(path, every=10)
        ...     cajal.fit(model, data, loss, steps=steps, batch=16, checkpoint=kept)
        ...     return model.weight
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     whole = trained(f"{folder}/whole.pt", 30)
        ...     _ = trained(f"{folder}/parts.pt", 17)
        ...     torch.equal(trained(f"{folder}/parts.pt", 30), whole)
        True
    """

    path: str | os.PathLike[str]
    every: int | None = None

    def __post_init__(self) -> None:
        path = cast("object", self.path)  # whatever the annotation says
        if not (isinstance(path, str | os.PathLike) and os.fspath(path)):
            raise CajalError(BadSetting("checkpoint", "a path or a `Checkpoint`", repr(path)))
        if self.every is not None:
            whole("every", self.every, 1)

    @property
    def file(self) -> Path:
        """The path, with `~` as the home directory."""
        return Path(self.path).expanduser()


class Kept:
    """The file of a training while it runs."""

    def __init__(self, checkpoint: Checkpoint, settings: Mapping[str, str]) -> None:
        self.path, self.every = checkpoint.file, checkpoint.every
        self._settings = dict(settings)
        self._written = time.monotonic()
        self._is_tried = False

    def is_due(self, step: int) -> bool:
        """Whether it is time to write it after a step."""
        if self.every is None:
            return time.monotonic() - self._written > SECONDS
        return step % self.every == 0

    def load(self) -> dict[str, Any] | None:
        """What `save` wrote, or None where there is no file yet.

        Raises:
            CajalError: if the file cannot be read, is no checkpoint, or is of another training.
        """
        try:
            with self.path.open("rb") as file:
                saved = _read(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:  # a name with a null character is a ValueError
            raise CajalError(Unreadable(str(self.path), getattr(error, "strerror", str(error)))) from error
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise CajalError(BadCheckpoint(str(self.path)))
        before: dict[str, str] = saved["settings"]
        if different := [
            (name, before.get(name, "none"), self._settings.get(name, "none"))
            for name in {**before, **self._settings}
            if before.get(name) != self._settings.get(name)
        ]:
            raise CajalError(OtherTraining(str(self.path), tuple(different)))
        return saved["state"]

    def save(self, state: Mapping[str, Any]) -> None:
        """Writes a state in the place of the last.

        Raises:
            CajalError: if it cannot be written, or could not be read again.
        """
        beside = self.path.with_name(f"{self.path.name}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                torch.save({"format": FORMAT, "settings": self._settings, "state": dict(state)}, file)
                file.flush()
                os.fsync(file.fileno())
            self._try(beside, state)
            beside.replace(self.path)
            _flush(self.path.parent)
        except OSError as error:
            raise CajalError(Unwritable(str(self.path), error.strerror or str(error))) from error
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise CajalError(NotPlain(str(self.path), _culprit(state))) from error
        finally:
            with suppress(OSError):
                beside.unlink()
        self._written = time.monotonic()

    def _try(self, written: Path, state: Mapping[str, Any]) -> None:
        """Reads the first file of a run: what a scheduler or a callback keeps may be no plain data."""
        if not self._is_tried:
            try:
                torch.load(written, map_location="cpu", weights_only=True)
            except pickle.UnpicklingError as error:
                raise CajalError(NotPlain(str(self.path), _culprit(state))) from error
            self._is_tried = True


def _read(file: IO[bytes]) -> object:
    """What an open file has, None where it is damaged or of another kind. Torch looks at no checksum."""
    try:
        with ZipFile(file) as parts:
            if parts.testzip() is not None:
                return None
        file.seek(0)
        return torch.load(file, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001  # bytes that mean nothing are told in many ways
        return None


def _flush(folder: Path) -> None:
    """Lets the new name of a file outlast a crash of the machine, where a folder can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _culprit(state: Mapping[str, Any]) -> str:
    """Which part of a state is no plain data."""
    return next((name for name, part in state.items() if not is_plain(part)), "it")

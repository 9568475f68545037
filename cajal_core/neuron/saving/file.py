"""The file of a neuron: safetensors, with the program and the names of links in its header.

A digest tells a damaged file, so that what reads the header need not doubt it.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Unreadable
from cajal_core.diagnostics.use.saving import Damaged, NotASavedNeuron, OtherFormat
from cajal_core.neuron.saving.origin import ProgramText

#: The version of what stands in the header. It changes where an older reader would misread it.
FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: the program, each tensor once, and facts that JSON can write."""

    program: ProgramText
    tensors: Mapping[str, Tensor]
    #: The type, links, learned tensors, methods, dtype and mode of the neuron.
    facts: Mapping[str, Any]


def as_bytes(contents: Contents) -> bytes:
    """The whole file."""
    header = json.dumps({"program": asdict(contents.program), "facts": contents.facts}, ensure_ascii=False)
    tensors = dict(contents.tensors)
    metadata = {"cajal_neuron": FORMAT, "contents": header, "digest": _digest(header, tensors)}
    return save(tensors, metadata)


def from_file(path: Path) -> Contents:
    """What a file holds, on the CPU.

    Raises:
        CajalError: if it cannot be read, is another kind of file or of a later version, or is damaged.
    """
    name = str(path)
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if "cajal_neuron" not in metadata:
                raise CajalError(NotASavedNeuron(name))
            if metadata["cajal_neuron"] != FORMAT:
                raise CajalError(OtherFormat(name, metadata["cajal_neuron"], FORMAT))
            # Copies: what is mapped from the file would change with it.
            tensors = {key: file.get_tensor(key).clone() for key in file.keys()}  # noqa: SIM118  # it is no dict
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        raise CajalError(Unreadable(name, str(getattr(error, "strerror", None) or error))) from error
    except SafetensorError as error:
        raise CajalError(NotASavedNeuron(name)) from error
    header = metadata.get("contents", "")
    if metadata.get("digest") != _digest(header, tensors):
        raise CajalError(Damaged(name))
    read = json.loads(header)
    return Contents(ProgramText(**read["program"]), tensors, read["facts"])


def _digest(header: str, tensors: Mapping[str, Tensor]) -> str:
    digest = sha256(header.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()

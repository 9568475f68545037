"""Cajal: a typed linear language whose programs are neurons.

    >>> import cajal_core as cajal
    >>> program = cajal.Program()
    >>> _ = program.run("def not (x : Bool) : Bool = if x then false else true")
    >>> print(program.evaluate("not true"))
    false

`Neuron` and what else needs torch is loaded when it is first asked for. Where the encoding of standard output
lacks a character, `print` writes an escape from here on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cajal_core.base.output import escape_unencodable as _escape_unencodable
from cajal_core.base.passes import Timings as Timings
from cajal_core.base.source import Source as Source
from cajal_core.base.source import Span as Span
from cajal_core.base.tys import Type as Type
from cajal_core.base.tys import dim as dim
from cajal_core.base.tys import has_tensor as has_tensor
from cajal_core.base.tys import is_data as is_data
from cajal_core.base.tys import labels as labels
from cajal_core.base.tys import list_of as list_of
from cajal_core.base.tys import shape as shape
from cajal_core.base.tys import sizes as sizes
from cajal_core.base.tys import uncurry as uncurry
from cajal_core.checking.spelling import nearest as nearest
from cajal_core.diagnostics.errors import CajalError as CajalError
from cajal_core.diagnostics.errors import InternalError as InternalError
from cajal_core.diagnostics.errors import raised_by_link as raised_by_link
from cajal_core.diagnostics.errors import users_frames as users_frames
from cajal_core.diagnostics.links import link_call as link_call
from cajal_core.diagnostics.mistake import Edit as Edit
from cajal_core.diagnostics.mistake import Mistake as Mistake
from cajal_core.diagnostics.mistake import edited as edited
from cajal_core.diagnostics.render import printable as printable
from cajal_core.diagnostics.render import shorten as shorten
from cajal_core.program.cell import Result as Result
from cajal_core.program.comments import lost_comments as lost_comments
from cajal_core.program.entries import Entry as Entry
from cajal_core.program.files import read as read
from cajal_core.program.files import write as write
from cajal_core.program.load import load as load
from cajal_core.program.load import load_neuron as load_neuron
from cajal_core.program.program import Program as Program
from cajal_core.program.settings import Settings as Settings
from cajal_core.program.stages import Stage as Stage
from cajal_core.program.state import State as State
from cajal_core.syntax.expected import Expected as Expected
from cajal_core.syntax.expected import expected as expected
from cajal_core.syntax.formatter import format as format
from cajal_core.syntax.lexer import KEYWORDS as KEYWORDS
from cajal_core.syntax.lexer import as_name as as_name
from cajal_core.syntax.lexer import name_around as name_around
from cajal_core.syntax.lexer import without_comments as without_comments
from cajal_core.syntax.parse import completeness as completeness
from cajal_core.syntax.variables import Variable as Variable
from cajal_core.terms.values import Value as Value

if TYPE_CHECKING:
    from cajal_core.backend.values.sequence import Sequence as Sequence
    from cajal_core.backend.watch.rows import TraceRow as TraceRow
    from cajal_core.backend.watch.trace import Trace as Trace
    from cajal_core.backend.watch.traced import Dynamics as Dynamics
    from cajal_core.backend.watch.traced import Probe as Probe
    from cajal_core.backend.watch.traced import Traced as Traced
    from cajal_core.neuron.encodings.encode import Encoded as Encoded
    from cajal_core.neuron.encodings.encode import encode as encode
    from cajal_core.neuron.encodings.ramp import Ramp as Ramp
    from cajal_core.neuron.learned import Explanation as Explanation
    from cajal_core.neuron.learned import Readout as Readout
    from cajal_core.neuron.linear import linear as linear
    from cajal_core.neuron.module import Argument as Argument
    from cajal_core.neuron.module import Neuron as Neuron
    from cajal_core.neuron.networks import Linked as Linked
    from cajal_core.neuron.portable import Portable as Portable
    from cajal_core.neuron.recurrences import Recurrence as Recurrence
    from cajal_core.neuron.wiring import Wiring as Wiring
    from cajal_core.training.callbacks import Training as Training
    from cajal_core.training.controls.controls import Control as Control
    from cajal_core.training.controls.controls import Controls as Controls
    from cajal_core.training.controls.controls import controls as controls
    from cajal_core.training.fit import fit as fit
    from cajal_core.training.history import History as History
    from cajal_core.training.logs.tensorboard import TensorBoard as TensorBoard
    from cajal_core.training.losses import likelihood_loss as likelihood_loss
    from cajal_core.training.losses import nll as nll
    from cajal_core.training.resume.checkpoint import Checkpoint as Checkpoint
    from cajal_core.training.stopping import EarlyStopping as EarlyStopping
    from cajal_core.training.watching.watch import LinkWarning as LinkWarning
    from cajal_core.training.watching.watch import LinkWatch as LinkWatch

#: Where what needs torch is.
_NEED_TORCH = {
    "Argument": "neuron.module",
    "Checkpoint": "training.resume.checkpoint",
    "Control": "training.controls.controls",
    "Controls": "training.controls.controls",
    "Dynamics": "backend.watch.traced",
    "EarlyStopping": "training.stopping",
    "Encoded": "neuron.encodings.encode",
    "Explanation": "neuron.learned",
    "History": "training.history",
    "LinkWarning": "training.watching.watch",
    "LinkWatch": "training.watching.watch",
    "Linked": "neuron.networks",
    "Neuron": "neuron.module",
    "Portable": "neuron.portable",
    "Ramp": "neuron.encodings.ramp",
    "Readout": "neuron.learned",
    "Recurrence": "neuron.recurrences",
    "Probe": "backend.watch.traced",
    "Sequence": "backend.values.sequence",
    "TensorBoard": "training.logs.tensorboard",
    "Trace": "backend.watch.trace",
    "TraceRow": "backend.watch.rows",
    "Traced": "backend.watch.traced",
    "Training": "training.callbacks",
    "Wiring": "neuron.wiring",
    "encode": "neuron.encodings.encode",
    "fit": "training.fit",
    "likelihood_loss": "training.losses",
    "controls": "training.controls.controls",
    "linear": "neuron.linear",
    "nll": "training.losses",
}

__all__ = [
    "KEYWORDS",
    "Argument",
    "CajalError",
    "Checkpoint",
    "Control",
    "Controls",
    "Dynamics",
    "EarlyStopping",
    "Edit",
    "Encoded",
    "Entry",
    "Expected",
    "Explanation",
    "History",
    "InternalError",
    "LinkWarning",
    "LinkWatch",
    "Linked",
    "Mistake",
    "Neuron",
    "Portable",
    "Probe",
    "Program",
    "Ramp",
    "Readout",
    "Recurrence",
    "Result",
    "Sequence",
    "Settings",
    "Source",
    "Span",
    "Stage",
    "State",
    "TensorBoard",
    "Timings",
    "Trace",
    "TraceRow",
    "Traced",
    "Training",
    "Type",
    "Value",
    "Variable",
    "Wiring",
    "as_name",
    "completeness",
    "controls",
    "dim",
    "edited",
    "encode",
    "expected",
    "fit",
    "format",
    "has_tensor",
    "is_data",
    "labels",
    "likelihood_loss",
    "linear",
    "link_call",
    "list_of",
    "load",
    "load_neuron",
    "lost_comments",
    "name_around",
    "nearest",
    "nll",
    "printable",
    "raised_by_link",
    "read",
    "shape",
    "shorten",
    "sizes",
    "uncurry",
    "users_frames",
    "without_comments",
    "write",
]

_escape_unencodable()


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(importlib.import_module(f"cajal_core.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'cajal_core' has no attribute '{name}'")

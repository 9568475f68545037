"""papermill: parameters of a Cajal notebook, `papermill in.ipynb out.ipynb -p n 5 -p flag true`.

papermill has entry points for engines and none for translators. It loads the engines when it is imported, and
ours brings the translator.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

import cajal_core as cajal
from cajal_kernel.assist import cells
from cajal_kernel.program import NotebookProgram

LANGUAGE = "cajal"

POSSIBLE = (
    "A parameter of a Cajal notebook is true or false, a whole number from 0, or the text of a term: "
    "-p pair '(true, 3)'. A term that uses names of the notebook needs its type: -p d 'N : Dir'."
)


class CajalTranslator(Translator):
    """A definition for each parameter."""

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return f"-- {cmt_str}"

    @classmethod
    def codify(cls, parameters: dict[str, Any], comment: str = "Parameters") -> str:
        lines = [cls.comment(comment), *(definition(name, value) for name, value in parameters.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """What `papermill --help-notebook` lists; nothing where the cell needs more than itself."""
        # Any number fits, since the notebook may choose the size of Nat elsewhere.
        program = NotebookProgram(nat_size=2**31)
        parts = cells.parts(parameters_cell["source"])
        try:
            results = program.run("\n".join(part.text for part in parts if not part.magic))
        except cajal.CajalError:
            return []
        return [
            Parameter(
                name=result.name,
                inferred_type_name=str(result.type),
                default=cajal.without_comments(result.text).partition("=")[2].strip(),
                help=program.entries[result.name].documentation,
            )
            for result in results
            if result.kind == "def" and result.name
        ]


class CajalEngine(NBClientEngine):
    """papermill's own engine, under a name that makes papermill load this module."""


def register() -> None:
    """Let papermill know the language. A second call changes nothing."""
    papermill_translators.register(LANGUAGE, CajalTranslator)


def definition(name: str, value: object) -> str:
    """A parameter as a `def`. Whether a number fits, the notebook knows, and says so where it does not."""
    if cajal.completeness(f"def {name} : Bool = true") != "complete":
        raise PapermillException(f"`{name}` cannot be the name of a definition of Cajal, so of no parameter.")
    type, term = _typed(value)
    if "\n" in term or ";" in term or "--" in term:  # only inside brackets is it one term for sure
        term = f"({term}\n)"
    text = f"def {name} : {type} = {term}"
    if cajal.completeness(text) != "complete":
        raise PapermillException(f"The parameter {name} cannot be {value!r}. {POSSIBLE}")
    return text


def _typed(value: object) -> tuple[str, str]:
    """The type and the term of a value; both are empty where Cajal has nothing like it."""
    match value:
        case bool():
            return "Bool", str(value).lower()
        case int():
            return "Nat", str(value)
        case str():
            try:
                return str(cajal.Program().type(value)), value
            except cajal.CajalError:  # without the names of the notebook, most terms do not tell their types
                term, _, type = value.rpartition(":")
                return type.strip(), term.strip()
        case _:
            return "", ""


register()

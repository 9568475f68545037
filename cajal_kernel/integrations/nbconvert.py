"""`jupyter nbconvert --to script` of a Cajal notebook: a file that `%load` and `python -m cajal_core` read.

nbconvert finds the exporter by the notebook's language, in the entry points `nbconvert.exporters.script`.
"""

from __future__ import annotations

import os
import re
from copy import deepcopy
from typing import Any

from nbconvert.exporters import TemplateExporter
from traitlets import default

import cajal_core as cajal
from cajal_kernel.assist import cells

TEMPLATE = """\
{%- extends 'null.j2' -%}
{% block any_cell %}
{{ cell.source }}
{% endblock any_cell %}
"""

NAT = re.compile(r"%nat\s+(\d+)\s*", re.ASCII)
AUTO = re.compile(r"%auto\s+(on|off)\s*")
OF_CELL = re.compile(r"--nat[\s=]+(\d+)|(--auto)\b", re.ASCII)


class CajalExporter(TemplateExporter):
    """Cells of Cajal as they are; text, magics, other languages and refused cells as comments."""

    export_from_notebook = "Cajal"
    output_mimetype = "text/x-cajal"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".cajal"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "base"

    @default("raw_template")
    def _raw_template_default(self) -> str:
        return TEMPLATE

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> tuple[str, Any]:
        nb, auto = deepcopy(nb), False
        for cell in nb.cells:
            if cell.cell_type == "code":
                text, auto = source(cell, auto)
                cell.source = text
            else:
                cell.source = comment(cell.source)
        return super().from_notebook_node(nb, resources, **options)


def source(cell: Any, auto: bool = False) -> tuple[str, bool]:
    """A code cell as a piece of a Cajal file, and whether `auto` is on behind it, given what was before it.

    Settings that the cell makes by magics are stated as a file states them: `{-# OPTIONS nat=12 #-}`.
    """
    code = str(cell.source)
    wrapper = cells.WRAPPER.match(code)
    if (wrapper is None and cells.read(code).kind != "cajal") or _refused(cell):
        return comment(code), auto
    pieces, words, body = list[str](), list[str](), code
    if wrapper:
        body = code[wrapper.end() :]
        pieces.append(comment(wrapper[0].strip()))
        words = _words_of_cell(wrapper[0])
        pieces += _options(words)
    for part in cells.parts(body):
        if not part.magic:
            pieces.append(_item(part.text))
            continue
        pieces.append(comment(part.text))
        if nat := NAT.fullmatch(part.text):
            pieces += _options([f"nat={nat[1]}"])
        elif chosen := AUTO.fullmatch(part.text):
            auto = chosen[1] == "on"
            pieces += _options([f"auto={chosen[1]}"])
    if "auto=on" in words and not auto:
        pieces += _options(["auto=off"])
    return "\n".join(pieces), auto


def _words_of_cell(line: str) -> list[str]:
    """The settings in the line of `%%cajal`."""
    if not line.lstrip().startswith("%%cajal"):
        return []
    return [f"nat={size}" if size else "auto=on" for size, _ in OF_CELL.findall(line)]


def _options(words: list[str]) -> list[str]:
    return [f"{{-# OPTIONS {' '.join(words)} #-}}"] if words else []


def comment(text: str) -> str:
    """Text as line comments."""
    return "\n".join(f"-- {line}".rstrip() for line in text.split("\n"))


def _item(text: str) -> str:
    """Cajal between magics, at the margin of the file. What does not parse cannot stand in a file."""
    text = text.strip("\n")
    if cajal.completeness(text) != "complete":
        return comment(text)
    # Any white space indents a cell, no-break spaces too, which `textwrap.dedent` does not know.
    lines = [line for line in cajal.without_comments(text).split("\n") if line.strip()]
    margin = len(os.path.commonprefix([line[: len(line) - len(line.lstrip())] for line in lines]))  # noqa: RUF071
    return "\n".join(line[:margin].lstrip() + line[margin:] for line in text.split("\n"))


def _refused(cell: Any) -> bool:
    """Whether the notebook shows that the cell is a mistake: then it has defined nothing."""
    return "raises-exception" in cell.metadata.get("tags", ()) or any(
        output.get("ename") == "CajalError" for output in cell.outputs
    )

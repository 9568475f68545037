"""`jupyter nbconvert --to script` of a Cajal notebook: a file that `%load` and `python -m cajal_core` read.

nbconvert finds the exporter by the notebook's language, in the entry points `nbconvert.exporters.script`.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

from nbconvert.exporters import TemplateExporter
from traitlets import default

import cajal_core as cajal
from cajal_kernel.assist import cells

TEMPLATE = """\
{%- extends 'null.j2' -%}
{% block input %}
{{ cell | cajal_source }}
{% endblock input %}
{% block markdowncell scoped %}
{{ cell.source | cajal_comment }}
{% endblock markdowncell %}
{% block rawcell scoped %}
{{ cell.source | cajal_comment }}
{% endblock rawcell %}
"""


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

    def default_filters(self) -> Any:
        yield from super().default_filters()
        filters: dict[str, Callable[..., str]] = {"cajal_source": source, "cajal_comment": comment}
        yield from filters.items()


def source(cell: Any) -> str:
    """A code cell as a piece of a Cajal file."""
    code = str(cell.source)
    wrapper = cells.WRAPPER.match(code)
    head, body = ("", code) if wrapper is None else (comment(wrapper[0].strip()), code[wrapper.end() :])
    if (wrapper is None and cells.read(code).kind != "cajal") or _refused(cell):
        return comment(code)
    texts = [comment(part.text) if part.magic else _item(part.text) for part in cells.parts(dedent(body))]
    return "\n".join([*([head] if head else []), *texts])


def comment(text: str) -> str:
    """Text as line comments."""
    return "\n".join(f"-- {line}".rstrip() for line in text.split("\n"))


def _item(text: str) -> str:
    """Cajal between magics. What does not parse cannot stand in a file."""
    text = text.strip("\n")
    return text if cajal.completeness(text) == "complete" else comment(text)


def _refused(cell: Any) -> bool:
    """Whether the notebook shows that the cell is a mistake: then it has defined nothing."""
    return "raises-exception" in cell.metadata.get("tags", ()) or any(
        output.get("ename") == "CajalError" for output in cell.outputs
    )

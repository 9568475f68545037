"""How Sphinx builds the pages of this folder: `make docs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Cajal for Jupyter"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["screenshots"]

# Pages are Markdown, and a link to a heading is the one that works on GitHub too.
myst_heading_anchors = 3
highlight_language = "none"
smartquotes = False

# Docstrings put code between single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "inherited-members": "Module,Exception,tuple,Mapping"}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

html_theme = "alabaster"
html_theme_options = {"page_width": "1100px", "sidebar_width": "260px", "fixed_sidebar": True}
html_show_copyright = False
html_show_sourcelink = False


def setup(app: Sphinx) -> None:
    """Printed graphs have no colours."""
    app.add_lexer("ir", TextLexer)

"""Cajal in Jupyter: a kernel of its own, and magics for Python notebooks by `%load_ext cajal_kernel`."""

from __future__ import annotations

# Not from `typing`: `-m` imports this while the user's folder is first on the path, with a `re.py` perhaps.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%load_ext cajal_kernel`. Does nothing where Cajal is there already, as in its own kernel.

    Example:
        >>> from IPython.core.interactiveshell import InteractiveShell
        >>> from traitlets.config import Config
        >>> shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        >>> shell.run_line_magic("load_ext", "cajal_kernel")
        >>> "cajal" in shell.magics_manager.magics["cell"]
        True
    """
    from cajal_kernel.magics.magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%unload_ext cajal_kernel`. The program is kept, for when the extension is loaded again."""
    from cajal_kernel.magics.magics import unload

    unload(shell)

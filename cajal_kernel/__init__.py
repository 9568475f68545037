"""Cajal in Jupyter: a kernel of its own, and magics for Python notebooks by `%load_ext cajal_kernel`."""

from __future__ import annotations

# Not from `typing`: `-m` imports this while the user's folder is first on the path, with a `re.py` perhaps.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from cajal_kernel.comparing import Comparison


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


def compare(before: object, after: object) -> Comparison:
    r"""What differs between two programs or two neurons, the most important first.

    That is settings, names that only one of them has, and types; then what definitions compute, with the
    place where it differs most; then learned tensors and what is linked. The maps that differ most are drawn
    side by side, with their difference, on one scale. What has no matrix is compared at basis vectors.

    Raises:
        CajalError: if they are not two programs or two neurons.

    Example:
        >>> import cajal_core as cajal
        >>> from cajal_kernel import compare
        >>> first = cajal.load("def f (x : Bool) : Bool = if x then false else true")
        >>> second = cajal.load("def f (x : Bool) : Bool = if x then false else false\ndef g : Bool = true")
        >>> compare(first, second)
        2 differences
        name  before        after         what differs
        g     —             def g : Bool  only after
        f     Bool -o Bool  the same      2 of 4 entries differ, most at x = false → true, by -1
    """
    from cajal_kernel.comparing import compared

    return compared(before, after)

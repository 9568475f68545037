"""`python -m cajal_kernel install`, `uninstall`, `jupytext …`; or `-f FILE`, as Jupyter starts a kernel."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Install, uninstall, run jupytext, or run the kernel, by the first argument."""
    arguments = sys.argv[1:]
    # Every option of a kernel application has a dash, and every command of ours has none.
    if arguments and arguments[0].startswith("-") and arguments[0] not in ("-h", "--help"):
        from ipykernel.kernelapp import IPKernelApp

        from cajal_kernel.kernel.kernel import CajalKernel

        IPKernelApp.launch_instance(kernel_class=CajalKernel)
    elif arguments[:1] == ["jupytext"]:
        from cajal_kernel.integrations import jupytext_command

        sys.exit(jupytext_command(arguments[1:]))
    else:
        from cajal_kernel.install import main as install_main

        sys.exit(install_main(arguments or ["--help"]))


def leave_folder() -> None:
    """Take the user's folder off the path, where `-m` puts it before the standard library.

    A `random.py` of the user would be imported in place of Python's own. The kernel puts the folder back for
    the cells, behind the standard library, as ipykernel's does. A folder that has Cajal itself stays.
    """
    here, own = os.path.realpath(os.curdir), os.path.realpath(f"{__file__}/../..")
    if not sys.flags.safe_path and os.path.realpath(sys.path[0] or os.curdir) == here != own:
        del sys.path[0]


if __name__ == "__main__":
    leave_folder()
    main()

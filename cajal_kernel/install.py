"""Put the kernel where Jupyter finds it: `python -m cajal_kernel install`, and `uninstall`.

With it goes the extension that colours Cajal in JupyterLab. A wheel brings both by itself; an editable
installation brings neither.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager

NAME = "cajal"
SPEC = Path(__file__).parent / "kernelspec"
EXTENSION = Path(__file__).parent / "labextension"
EXTENSION_NAME = "cajal-jupyter"


class RefusedError(Exception):
    """The command cannot do what it was asked; the text says why."""


def main(arguments: list[str]) -> int:
    """Run `install` or `uninstall`; the exit status. Trouble is one plain sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "install":
            folder = install(options.name, options.prefix, options.user)
            print(f"Installed the kernel {options.name} in {folder}")
        else:
            folder = uninstall(options.name, options.prefix, options.user)
            print(f"Removed the kernel {options.name} from {folder}")
    except PermissionError as error:
        where = error.filename or "the system's folder for kernels"
        print(
            f"Cannot write to {where}: permission denied. Use --sys-prefix to put the kernel into this "
            f"environment ({sys.prefix}), or --user to put it into your home folder.",
            file=sys.stderr,
        )
        return 1
    except (RefusedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def install(name: str = NAME, prefix: str | None = None, user: bool = False) -> str:
    """Install the kernelspec, run by this very Python, and give its folder. An older one is replaced."""
    manager = KernelSpecManager()
    folder = _folder(prefix, user) / name.lower()
    if (folder / "kernel.json").exists():
        _check_ours(folder, name)
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / NAME
        shutil.copytree(SPEC, staged, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        spec = json.loads((staged / "kernel.json").read_text(encoding="utf-8"))
        spec["argv"][0] = sys.executable
        if name != NAME:
            spec["display_name"] = f"Cajal ({name})"
        (staged / "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", encoding="utf-8")
        try:
            installed = manager.install_kernel_spec(str(staged), kernel_name=name, user=user, prefix=prefix)
        except ValueError as error:  # a name with signs that no kernel may have
            raise RefusedError(str(error)) from None
    extension = _extension(folder)
    shutil.rmtree(extension, ignore_errors=True)
    shutil.copytree(EXTENSION, extension)
    return installed


def uninstall(name: str = NAME, prefix: str | None = None, user: bool = False) -> str:
    """Remove a kernelspec that `install` wrote, and give the folder where it was."""
    if prefix is None and not user:
        installed = KernelSpecManager().find_kernel_specs().get(name.lower())
        if installed is None:
            raise RefusedError(f"There is no kernel {name}; `jupyter kernelspec list` shows all.")
        folder = Path(installed)
    else:
        folder = _folder(prefix, user) / name.lower()
        if not (folder / "kernel.json").exists():
            raise RefusedError(f"There is no kernel {name} in {folder.parent}.")
    _check_ours(folder, name)
    shutil.rmtree(folder)
    if not any(_is_ours(other) for other in folder.parent.iterdir()):
        shutil.rmtree(_extension(folder), ignore_errors=True)
    return str(folder)


def _extension(folder: Path) -> Path:
    """Where the extension for JupyterLab is, beside the kernel in a folder."""
    return folder.parents[1] / "labextensions" / EXTENSION_NAME


def _folder(prefix: str | None, user: bool) -> Path:
    """Where Jupyter keeps kernels: in a prefix, for a user, or for all users of the machine."""
    from jupyter_core.paths import SYSTEM_JUPYTER_PATH, jupyter_data_dir

    if prefix:
        return Path(prefix) / "share" / "jupyter" / "kernels"
    return Path(jupyter_data_dir() if user else SYSTEM_JUPYTER_PATH[0]) / "kernels"


def _check_ours(folder: Path, name: str) -> None:
    """Another kernel's files are not ours to replace or to remove."""
    if not _is_ours(folder):
        raise RefusedError(f"The kernel {name} in {folder} is not Cajal's. Choose another name with --name.")


def _is_ours(folder: Path) -> bool:
    try:
        spec = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(spec, dict) and "cajal_kernel" in spec.get("argv", ())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cajal_kernel",
        description="The Cajal kernel for Jupyter.",
        epilog="With `-f CONNECTION_FILE` the kernel itself runs; Jupyter starts it so. "
        "`jupytext …` runs jupytext, which knows Cajal there.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command, help_ in (
        ("install", "put the kernel where Jupyter finds it"),
        ("uninstall", "remove the kernel from where `install` put it"),
    ):
        sub = commands.add_parser(command, help=help_, description=help_.capitalize() + ".")
        where = sub.add_mutually_exclusive_group()
        where.add_argument("--user", action="store_true", help="for this user, not for the whole machine")
        where.add_argument(
            "--sys-prefix",
            dest="prefix",
            action="store_const",
            const=sys.prefix,
            help=f"in the environment of this Python: {sys.prefix}",
        )
        where.add_argument("--prefix", metavar="PATH", help="in PATH/share/jupyter/kernels")
        sub.add_argument("--name", default=NAME, help="the kernel's name (default: %(default)s)")
    return parser

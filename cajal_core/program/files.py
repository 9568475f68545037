"""The text of files, and files that are whole whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Unreadable, Unwritable


def read(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors put before it.

    Its characters stay as they are, line ends too: a lone carriage return ends no line of Cajal.

    Raises:
        CajalError: if it cannot be read, or is not UTF-8.

    Example:
        >>> import cajal_core as cajal
        >>> from pathlib import Path
        >>> cajal.read(Path("no-such.cajal"))
        Traceback (most recent call last):
            ...
        cajal_core.diagnostics.errors.CajalError: cannot read `no-such.cajal`: No such file or directory
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        raise CajalError(Unreadable(str(path), _reason(error))) from error
    return decoded(data, str(path))


def decoded(data: bytes, name: str) -> str:
    """The text of a file's bytes, as in `read`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CajalError(Unreadable(name, "it is not UTF-8 text")) from error


def write(path: Path, content: str | bytes) -> None:
    """Writes a file, whole or not at all: where it fails or is stopped, an old file is as it was.

    Text is written in UTF-8. The content is written to a file of its own in the same folder, which then takes the place of the old one, and
    its mode. A symbolic link stays one, and what it points at is replaced. A hard link is cut: the other name
    keeps the old content. What is no regular file, such as a pipe, is written to as it is.

    Raises:
        CajalError: if the file, or one in its folder, cannot be written.

    Example:
        >>> import cajal_core as cajal
        >>> from pathlib import Path
        >>> cajal.write(Path("no-such-folder/logic.cajal"), "true")
        Traceback (most recent call last):
            ...
        cajal_core.diagnostics.errors.CajalError: cannot write `no-such-folder/logic.cajal`: No such file or directory
    """  # noqa: E501  # the last line of the example
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, ValueError) as error:
        raise CajalError(Unwritable(str(path), _reason(error))) from error


def _replace(target: Path, data: bytes) -> None:
    old = target.stat() if target.exists() else None
    if old and not os.access(target, os.W_OK):
        raise PermissionError(0, "it is read-only")
    beside = target.parent / f".cajal-{secrets.token_hex(8)}.tmp"
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old:
            if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.getuid(), os.getgid()):
                with suppress(PermissionError):  # only the administrator may give files away
                    os.chown(beside, old.st_uid, old.st_gid)
            shutil.copymode(target, beside)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _reason(error: OSError | ValueError) -> str:
    return str((isinstance(error, OSError) and error.strerror) or error)

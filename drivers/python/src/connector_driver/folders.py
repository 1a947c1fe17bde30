"""Files below allowed folders, opened once: each step is taken from a handle of the folder before it,
and follows no link by itself. So what is opened is below the folder, whatever happens meanwhile.

Where the system opens nothing from a folder's handle (Windows), the file is opened by its path, and
then compared with the one that is there: a race would have to be won twice.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: Symbolic links on the way to one file.
LINKS = 40

_FROM_HANDLE = {os.open, os.readlink, os.stat} <= os.supports_dir_fd
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FOLDER = _FLAGS | getattr(os, "O_DIRECTORY", 0)
#: Nobody waits for the other end of a pipe.
_FILE = _FLAGS | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LeadsOut(Exception):
    """A path leads out of the allowed folders. What is there or missing makes no difference."""


def open_below(
    reference: str, folders: Sequence[os.PathLike[str] | str],
    denied: Sequence[os.PathLike[str] | str] = (),
) -> int:  # fmt: skip
    """The descriptor of a file, which the caller closes. Raises `LeadsOut`, or `OSError`."""
    if not reference or "\0" in reference:
        raise LeadsOut
    kept = [real for _, real in _existing(denied)]
    parts = _split(reference if os.path.isabs(reference) else os.path.join(os.getcwd(), reference))
    wrong: OSError | None = None
    for given, real in _existing(folders):
        for base in {given, real}:
            start = _split(base)
            if parts[: len(start)] != start:
                continue
            try:
                return _walk(real, parts[len(start) :], kept)
            except LeadsOut:
                continue
            except OSError as error:
                wrong = error
    raise wrong or LeadsOut


def _existing(folders: Sequence[os.PathLike[str] | str]) -> list[tuple[str, str]]:
    """Those that are there: as they are written, and where they really are."""
    found = []
    for folder in folders:
        try:
            found.append((os.path.abspath(folder), os.path.realpath(folder, strict=True)))
        except (OSError, ValueError):
            continue
    return found


def _walk(folder: str, parts: list[str], denied: list[str]) -> int:
    rest, names, links = deque(parts), list[str](), 0
    handles: list[int] = [os.open(folder, _FOLDER)] if _FROM_HANDLE else []
    try:
        while rest:
            part = rest.popleft()
            if part == "..":
                if not names:
                    raise LeadsOut
                names.pop()
                if _FROM_HANDLE:
                    os.close(handles.pop())
                continue
            path = os.path.join(folder, *names, part)
            if any(_is_in(path, one) for one in denied):
                raise LeadsOut
            at: tuple[str, dict[str, Any]] = (path, {})
            if _FROM_HANDLE:
                at = (part, {"dir_fd": handles[-1]})
            link = _link(*at)
            if link is not None:
                links += 1
                if os.path.isabs(link):
                    raise LeadsOut
                if links > LINKS:
                    raise OSError(errno.ELOOP, "too many links")
                rest.extendleft(reversed(_split(link)))
                continue
            if not rest:
                return _file(path, *at)
            names.append(part)
            if _FROM_HANDLE:
                handles.append(os.open(part, _FOLDER, dir_fd=handles[-1]))
        raise not_a_file()
    finally:
        for handle in handles:
            os.close(handle)


def _link(name: str, where: dict[str, Any]) -> str | None:
    """Where a link leads; none, when it is something else that is there."""
    if not stat.S_ISLNK(os.stat(name, follow_symlinks=False, **where).st_mode):
        return None
    return os.readlink(name, **where)


def _file(path: str, name: str, where: dict[str, Any]) -> int:
    # Looked at before: a device would notice to be opened.
    if not stat.S_ISREG(os.stat(name, follow_symlinks=False, **where).st_mode):
        raise not_a_file()
    handle = os.open(name, _FILE, **where)
    try:
        opened = os.fstat(handle)
        if not stat.S_ISREG(opened.st_mode):
            raise not_a_file()
        there = _FROM_HANDLE or os.path.samestat(opened, os.lstat(path))
        if not there or (not _FROM_HANDLE and os.path.realpath(path) != path):
            raise LeadsOut
        return handle
    except BaseException:
        os.close(handle)
        raise


def not_a_file() -> OSError:
    return OSError(errno.EISDIR, "it is not a file")


def _is_in(path: str, folder: str) -> bool:
    return path == folder or Path(path).is_relative_to(folder)


def _split(path: str) -> list[str]:
    separators = path.replace(os.altsep, os.sep) if os.altsep else path
    return [part for part in separators.split(os.sep) if part not in ("", ".")]

"""A disk that fails, or on which the process ends, at one operation after the other.

Python's own operations are patched by name. Those of SQLite are its unix VFS's system calls, which
it lets tests replace (`xSetSystemCall`), and the flush of its files, wrapped as a file is opened.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import fcntl
import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest

END = 0  # in place of an error number: the process ends
ENDED = 9  # the exit code of that
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES)
READS = {"open r", "open rb", "scandir", "stat", "lstat", "fstat", "fcntl", "pread64"}
CALLS = ("mkdir", "open", "rename", "replace", "rmdir", "scandir", "stat", "lstat", "unlink")


class Disk:
    """Counts operations below a folder; the one numbered `at` fails, or ends the process."""

    def __init__(self, folder: Path, at: int = 0, how: int = END) -> None:
        self.folder, self.at, self.how = os.fspath(folder), at, how
        self.done: list[str] = []

    def step(self, what: str, path: object) -> None:
        """Before an operation; whatever is of no path here is of another folder."""
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self.folder):
            return
        if self.how == END and what in READS:  # what is on disk is the same a step later
            return
        self.done.append(what)
        if len(self.done) == self.at:
            if self.how == END:
                os._exit(ENDED)
            raise OSError(self.how, os.strerror(self.how), os.fspath(path))


@contextmanager
def failing(disk: Disk) -> Iterator[None]:
    """Have the operations of Python go by a disk."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, partial(_call, disk, getattr(os, name)))
        patch.setattr(io, "open", partial(_opened, disk, io.open))
        yield


def _call(disk: Disk, call: Callable[..., Any], *words: Any, **options: Any) -> Any:
    disk.step(call.__name__, words[0] if words else None)
    return call(*words, **options)


def _opened(disk: Disk, real: Any, file: Any, mode: str = "r", *words: Any, **options: Any) -> Any:
    disk.step(f"open {mode}", file)
    opened = real(file, mode, *words, **options)
    return opened if set(mode) <= {*"rbt"} else _Written(disk, file, opened)


class _Written:
    """A file of which a half is written when the operation fails."""

    def __init__(self, disk: Disk, path: Any, file: Any) -> None:
        self.disk, self.path, self.file = disk, path, file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.disk.step("close", self.path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, content: Any) -> int:
        half = len(content) // 2
        self.file.write(content[:half])
        self.file.flush()
        self.disk.step("write", self.path)
        return half + self.file.write(content[half:])


def in_child(work: Callable[[], object]) -> bool:
    """Do work in a process of its own; whether the disk ended it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fork: the child starts no thread
        child = os.fork()
    if child == 0:
        with suppress(BaseException):
            work()
            os._exit(0)
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, ENDED)
    return code == ENDED


# --- SQLite --------------------------------------------------------------------------------------

_Address = ctypes.c_void_p
_Call = ctypes.CFUNCTYPE(ctypes.c_ssize_t, *[ctypes.c_ssize_t] * 6, use_errno=True)  # at most six
_Open = ctypes.CFUNCTYPE(ctypes.c_int, _Address, _Address, _Address, ctypes.c_int, _Address)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, _Address, ctypes.c_int)
_Set = ctypes.CFUNCTYPE(ctypes.c_int, _Address, ctypes.c_char_p, _Address)
_Get = ctypes.CFUNCTYPE(_Address, _Address, ctypes.c_char_p)
SYSTEM_CALLS = (
    *(b"open", b"close", b"fstat", b"ftruncate", b"fcntl", b"pread64"),
    *(b"pwrite64", b"unlink", b"mmap"),
)
PWRITE, IOERR_FSYNC = b"pwrite64", 1034
OPEN, SET, GET = 5, 18, 19  # words of sqlite3_vfs, from its start
METHODS, SYNC = 20, 5  # words of sqlite3_io_methods, and which is xSync
_KEPT: list[Any] = []  # a file may be closed later than its test ends


@contextmanager
def failing_sqlite(disk: Disk) -> Iterator[None]:
    """Have the system calls of SQLite, and its flushes, go by a disk."""
    library = ctypes.CDLL(_sqlite3.__file__)
    if not hasattr(library, "sqlite3_vfs_find"):
        pytest.skip("SQLite is inside Python, where its system calls cannot be replaced")
    library.sqlite3_vfs_find.restype = _Address
    vfs = library.sqlite3_vfs_find(None)
    words = (_Address * (GET + 1)).from_address(vfs)
    put, get = _Set(words[SET]), _Get(words[GET])
    calls = {
        name: _Call(partial(_system_call, disk, name, get(vfs, name))) for name in SYSTEM_CALLS
    }
    opened = words[OPEN]
    file_opened = _Open(partial(_file_opened, disk, _Open(opened)))
    _KEPT.extend([*calls.values(), file_opened])
    for name, call in calls.items():
        put(vfs, name, ctypes.cast(call, _Address))
    words[OPEN] = ctypes.cast(file_opened, _Address)
    try:
        yield
    finally:
        words[OPEN] = opened
        put(vfs, None, None)  # all as they were


def _system_call(disk: Disk, name: bytes, real: int, *words: int) -> int:
    try:
        if name != b"fcntl" or not _is_unlocking(*words[1:3]):  # which no disk refuses
            disk.step(name.decode(), disk.folder)
    except OSError as error:
        if name == PWRITE:
            _Call(real)(*words[:2], words[2] // 2, *words[3:])
        ctypes.set_errno(error.errno or 0)
        return -1
    return int(_Call(real)(*words))


def _is_unlocking(command: int, lock: int) -> bool:
    return command == fcntl.F_SETLK and ctypes.c_short.from_address(lock).value == fcntl.F_UNLCK


def _file_opened(disk: Disk, real: Any, *words: Any) -> int:
    code, file = real(*words), words[2]
    methods = _Address.from_address(file)
    if methods.value is not None:
        copy = (_Address * METHODS)(*(_Address * METHODS).from_address(methods.value))
        sync = _Sync(partial(_synced, disk))
        copy[SYNC] = ctypes.cast(sync, _Address)
        methods.value = ctypes.addressof(copy)
        _KEPT.extend([copy, sync])
    return int(code)


def _synced(disk: Disk, *_: Any) -> int:
    """Flush, or say that it cannot be done; a flush that succeeds is left out, as it is slow."""
    try:
        disk.step("fsync", disk.folder)
    except OSError:
        return IOERR_FSYNC
    return 0

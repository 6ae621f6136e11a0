"""What was simulated before, kept between runs: a cache that changes no answer.

A row has numbers under a key that names all that they depend on: the code, the versions of what it
is made of, the config, the plan, the seed and the replication (docs/decisions/0027-a-store.md).
Rows are kept in one SQLite file in the user's cache; the least used go when it is full. It may be
deleted at any time, and several processes may use it at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np

from sim import caches, provenance
from sim.arrays import Array
from sim.stdio import aside

Columns = dict[str, Array]

MOST_BYTES = 512 * 2**20
MOST_ASKED = 500  # keys in one query
WAIT_S = 5.0  # for another process that writes
NOT_NOW = (  # busy, or no room or right to write: the file is whole
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
)
TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, digest BLOB NOT NULL, "
    "value BLOB NOT NULL, used_on INTEGER NOT NULL) STRICT"
)


class _DamagedError(Exception):
    """A row is not what was written."""


@dataclass(frozen=True)
class Store:
    """Rows of numbers by key, in a file; without one nothing is kept and nothing found."""

    file: Path | None = None

    @classmethod
    def of_user(cls, *, wanted: bool = True) -> Store:
        """Store in the user's cache; an empty one if it is not wanted or no file can be made."""
        if not wanted:
            return cls()
        folder = caches.folder("store")
        return cls(folder and folder / "kept.sqlite3")

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Columns]:
        """Return the rows there are of some keys."""
        out: dict[bytes, Columns] = {}

        def read(connection: sqlite3.Connection) -> None:
            for first in range(0, len(keys), MOST_ASKED):
                out.update(_found(connection, keys[first : first + MOST_ASKED]))

        if self.file is not None and os.path.exists(self.file):  # noqa: PTH110 - a Path raises
            self._do(read)
        return out

    def keep(self, rows: Mapping[bytes, Columns]) -> None:
        """Keep rows; the least used ones go if there is no room."""

        def write(connection: sqlite3.Connection) -> None:
            packed = [(key, *_packed(key, row), _today()) for key, row in rows.items()]
            with connection:
                connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", packed)
                _make_room(connection)

        if self.file is not None and rows:
            self._do(write)

    def _do(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Read or write; what is damaged is told of and made anew, what is not kept is no loss."""
        if self in _LEFT:
            return
        try:
            work(_connection(str(self.file), get_ident()))
        except (sqlite3.Error, zlib.error, TypeError, ValueError, _DamagedError) as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code & 0xFF in NOT_NOW:
                _LEFT.add(self)
            else:
                self._start_anew()

    def _start_anew(self) -> None:
        aside(f"note: the store of earlier runs was damaged; {self.file} is made anew")
        with suppress(sqlite3.Error, ValueError):  # ValueError: its text is not UTF-8
            _connection(str(self.file), get_ident()).close()
        _connection.cache_clear()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self.file}{ending}").unlink(missing_ok=True)


@lru_cache(maxsize=8)
def _connection(file: str, thread: int) -> sqlite3.Connection:  # noqa: ARG001 - one a thread
    """Connection to a file, kept open: to close it takes longer than to read from it."""
    connection = sqlite3.connect(file, timeout=WAIT_S)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(TABLE)
    return connection


NO_STORE = Store()
_LEFT: set[Store] = set()  # which this process has found busy or full, and does not try again


def key_of(*parts: object) -> bytes:
    """Key of what a row depends on: the code and its versions, and arrays or what prints whole."""
    digest = hashlib.blake2b(_code(), digest_size=16)
    for part in parts:
        _add(digest, part)
    return digest.digest()


def _add(digest: hashlib.blake2b, part: object) -> None:
    """Add a part, with its length or shape, so that no two lists of parts look alike."""
    if isinstance(part, np.ndarray):
        content = np.ascontiguousarray(part)
        digest.update(f"{content.dtype.str}{content.shape}".encode())
        digest.update(content.tobytes())
    elif isinstance(part, tuple):
        digest.update(f"({len(part)}".encode())
        for item in part:
            _add(digest, item)
    else:
        text = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(f"{len(text)}:".encode() + text)


@cache
def _code() -> bytes:
    """What made the numbers: every line of the program, and the versions of its libraries."""
    return f"{provenance.code_checksum()}{provenance.versions()}".encode()


# --- rows ----------------------------------------------------------------------------------------


def _found(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Columns]:
    marks, today = ", ".join("?" * len(keys)), _today()
    where = f"FROM kept WHERE key IN ({marks})"
    rows = connection.execute(f"SELECT key, digest, value, used_on {where}", keys).fetchall()
    out = {key: _unpacked(key, digest, value) for key, digest, value, _ in rows}
    old = [(today, key) for key, *_, used_on in rows if used_on < today]
    if old:
        with connection:
            connection.executemany("UPDATE kept SET used_on = ? WHERE key = ?", old)
    return out


def _packed(key: bytes, row: Columns) -> tuple[bytes, bytes]:
    """Digest and content of a row: a line of JSON that says what is in it, then the bytes."""
    head = [(name, column.dtype.str, column.shape) for name, column in row.items()]
    body = b"".join(np.ascontiguousarray(column).tobytes() for column in row.values())
    value = zlib.compress(json.dumps(head).encode() + b"\n" + body, level=1)
    return _digest(key, value), value


def _unpacked(key: bytes, digest: bytes, value: bytes) -> Columns:
    if _digest(key, value) != digest:
        raise _DamagedError
    head, _, body = zlib.decompress(value).partition(b"\n")
    out, at = Columns(), 0
    for name, dtype, shape in json.loads(head):
        n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
        out[name] = np.frombuffer(body[at : at + n_bytes], dtype).reshape(shape)
        at += n_bytes
    return out


def _digest(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(key + value, digest_size=16).digest()


def _today() -> int:
    return (datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC)).days


def _make_room(connection: sqlite3.Connection) -> None:
    """Delete the rows used longest ago, a half of all, if the file has grown too large."""
    pages, size = (_pragma(connection, name) for name in ("page_count", "page_size"))
    if pages * size > MOST_BYTES:
        connection.execute(
            "DELETE FROM kept WHERE key IN (SELECT key FROM kept ORDER BY used_on, rowid "
            "LIMIT (SELECT COUNT(*) FROM kept) / 2)"
        )
        connection.execute("PRAGMA incremental_vacuum").fetchall()


def _pragma(connection: sqlite3.Connection, name: str) -> Any:  # noqa: ANN401 - as SQLite has it
    return connection.execute(f"PRAGMA {name}").fetchone()[0]

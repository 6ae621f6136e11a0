"""The journal of a sweep: blocks that are done, kept so that no kill at any moment loses them.

It is one SQLite file with a write-ahead log, flushed to the disk with every block
(`synchronous=FULL`). Only one process can have it open.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sim.config import InputError

FORM = 1  # of the tables; another form is another version
TABLES = (
    """CREATE TABLE sweep (form INTEGER NOT NULL, identity TEXT NOT NULL, made_by TEXT NOT NULL,
    blocks INTEGER NOT NULL) STRICT""",
    """CREATE TABLE block (number INTEGER PRIMARY KEY, digest BLOB NOT NULL,
    content BLOB NOT NULL) STRICT""",
)
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


class NoRoomError(Exception):
    """The disk is full, or another limit is met; what was kept before is whole."""


class Journal:
    """Contents of blocks by their number, in a file that is of one sweep and one version.

    Parameters
    ----------
    file
        Made if it is not there.
    identity, made_by
        Of the sweep, and of the code and libraries: a file with others is refused.
    blocks
        How many the sweep has.
    step
        Called before and after whatever is written, so that a test can end the process there.

    Raises
    ------
    InputError
        If the file is of another sweep or version, damaged, or in use.
    NoRoomError
        If nothing can be written.
    """

    def __init__(
        self,
        file: Path,
        identity: str,
        made_by: str,
        blocks: int,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self.file, self.identity, self.made_by, self.blocks = file, identity, made_by, blocks
        self.step = step
        with self._explained():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.step()
            self.connection = sqlite3.connect(file, timeout=0, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self.connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self.connection.close()

    def _open(self) -> None:
        self.step()
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
            self.step()
        self._write(self._begin)
        form, identity, made_by, blocks = self.connection.execute("SELECT * FROM sweep").fetchone()
        if (form, made_by) != (FORM, self.made_by):
            raise self._refused("by this version", "one of another version")
        if (identity, blocks) != (self.identity, self.blocks):
            raise self._refused("of this sweep", "one of another sweep")

    def _begin(self) -> None:
        """Make the tables of a new file."""
        if self.connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]:
            return
        for table in TABLES:
            self.connection.execute(table)
            self.step()
        row = FORM, self.identity, self.made_by, self.blocks
        self.connection.execute("INSERT INTO sweep VALUES (?, ?, ?, ?)", row)
        self.step()

    def _write(self, change: Callable[[], object]) -> None:
        """Change the file, whole or not at all."""
        self.step()
        self.connection.execute("BEGIN IMMEDIATE")
        self.step()
        try:
            change()
            self.step()
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.step()

    def put(self, number: int, content: bytes) -> None:
        """Keep the content of a block; it is on the disk when this returns.

        Raises
        ------
        NoRoomError
            If there is no room.
        """
        row = number, digest_of(self.identity, number, content), content
        with self._explained():
            self._write(partial(self.connection.execute, "INSERT INTO block VALUES (?, ?, ?)", row))

    def contents(self) -> dict[int, bytes]:
        """Contents of the blocks that are there, by number.

        Raises
        ------
        InputError
            If one is not what was written.
        """
        found: dict[int, bytes] = {}
        with self._explained():
            for number, digest, content in self.connection.execute("SELECT * FROM block"):
                whole = digest == digest_of(self.identity, number, content)
                if not whole or not 0 <= number < self.blocks:
                    raise self._damaged()
                found[number] = content
        return found

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in one line what is wrong with the file or the disk."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if code in IN_USE:
                raise InputError(
                    f"journal {self.file}: expected one that no other run has open, got one in use"
                ) from error
            if code in NO_ROOM:
                raise NoRoomError(self._no_room(str(error))) from error
            if code == sqlite3.SQLITE_CANTOPEN:
                raise self._refused("that can be written", repr(str(error))) from error
            raise self._damaged() from error
        except (TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise self._damaged() from error
        except OSError as error:
            raise NoRoomError(self._no_room(error.strerror or str(error))) from error

    def _no_room(self, why: str) -> str:
        return (
            f"journal {self.file}: expected room for what is done, got {why!r}; the same command "
            "goes on from what was kept"
        )

    def _damaged(self) -> InputError:
        return self._refused("as it was written", "a damaged one")

    def _refused(self, right: str, wrong: str) -> InputError:
        return InputError(
            f"journal {self.file}: expected one {right}, got {wrong}; delete it to begin anew, or "
            "name another by --journal"
        )


def discard(file: Path, step: Callable[[], None] = lambda: None) -> None:
    """Delete a journal once what it was for is done; SQLite ignores a log without its file."""
    for ending in ("", "-wal", "-shm"):
        step()
        Path(f"{file}{ending}").unlink(missing_ok=True)
    step()


def digest_of(identity: str, number: int, content: bytes) -> bytes:
    """Digest of a block, by which a damaged one or that of another sweep is known."""
    return hashlib.blake2b(f"{identity} {number} ".encode() + content, digest_size=16).digest()

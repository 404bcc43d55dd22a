"""The vault: where sealed segments, wrapped keys and journals lie on disk. Written once, read many times, never rewritten.

    root/sessions/<session>/<key id>.key
    root/sessions/<session>/<publication>-<epoch>-<segment>.seg
    root/journal/<life>.jsonl

Folders are 0700, files 0600 while they are written and 0400 afterwards. Names are made of checked parts; every step of a path below
`root` is opened without following links.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from recordings.data_key import LARGEST, BadKey, WrappedKey
from recordings.names import BadName, SegmentName, key_parts, life_id, session_id
from recordings.segment_file import SegmentFile
from recordings.vault_errors import VaultError, VaultFull, told

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

__all__ = ["VAULTS", "Space", "Vault", "VaultError", "VaultFull"]


VAULTS = ("recordings", "spill")
"""Folders below a server's data: the usual vault, and the one for when its disk fails (a link or a mount on another disk)."""


class Space(NamedTuple):
    """Bytes that this user may still write, and of how many in all."""

    free: int
    total: int

    @property
    def ratio(self) -> float:
        """Free part, 0 to 1."""
        return self.free / self.total if self.total else 0.0


class Vault:
    """One folder with recordings. Every method raises VaultError (VaultFull where there is no room) and BadName."""

    def __init__(self, root: Path, *, make: bool = True) -> None:
        """`root` and its two folders are made if they are missing, unless told not to; `root` itself may be a link to another disk."""
        self.root = root
        with told(str(root)):
            for folder in () if not make else (root, root / "sessions", root / "journal"):
                with contextlib.suppress(FileExistsError):
                    folder.mkdir(mode=0o700, parents=folder is root)
                    _sync_folder(folder.parent)

    # --- writing

    def put_key(self, wrapped: WrappedKey) -> None:
        """Store a wrapped key durably: when this returns, its segments may be begun."""
        with told(f"{wrapped.key}.key"), self._session(wrapped.session, make=True) as folder:
            handle = os.open(f"{wrapped.key}.key", _CREATE, 0o600, dir_fd=folder)
            with _gone_if_refused(f"{wrapped.key}.key", folder), os.fdopen(handle, "wb", buffering=0) as file:
                content = wrapped.encode()
                if file.write(content) != len(content):
                    raise OSError(errno.ENOSPC, "only a part of the key was written")
                os.fsync(handle)
                os.fchmod(handle, 0o400)
            os.fsync(folder)

    def create_segment(self, name: SegmentName, head: bytes) -> SegmentFile:
        """A new file that begins with the sealer's `head`; it is there after a power cut. Raises VaultError: `exists` when there is one,
        `full` or `disk` when it could not be begun, and then there is none."""
        with told(str(name)), self._session(name.session, make=True) as folder:
            file = SegmentFile(os.open(name.file, _CREATE, 0o600, dir_fd=folder), str(name))
            with _gone_if_refused(name.file, folder):
                try:
                    file.write(head)
                    file.sync()
                    os.fsync(folder)
                except BaseException:
                    file.abandon()
                    raise
            return file

    def put_segments(self, segments: Sequence[tuple[SegmentName, Iterable[bytes]]]) -> None:
        """Store whole segments of one session, head and chunks of each, read-only: when this returns, they are there after a power cut. All
        or none. Raises VaultError: `exists` when there is one of them, `full` or `disk`."""
        session = segments[0][0].session
        with told(session), self._session(session, make=True) as folder, ExitStack() as open_files, ExitStack() as taken_back:
            handles = [folder]
            for name, pieces in segments:
                with told(str(name)):
                    handles.append(os.open(name.file, _CREATE, 0o600, dir_fd=folder))
                    open_files.callback(os.close, handles[-1])
                    taken_back.enter_context(_gone_if_refused(name.file, folder))
                    for piece in pieces:
                        rest = memoryview(piece)
                        while rest:
                            rest = rest[os.write(handles[-1], rest) :]
                    os.fchmod(handles[-1], 0o400)
            with ThreadPoolExecutor(len(handles)) as together:  # the disk takes their syncs as one
                list(together.map(os.fsync, handles))

    def shorten(self, name: SegmentName, length: int) -> None:
        """Cut the torn tail of a segment whose writer is gone, and make it read-only."""
        with told(str(name)), self._session(name.session) as folder:
            _writable(name.file, folder)
            handle = os.open(name.file, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            try:
                _regular(handle)
                if os.fstat(handle).st_size < length:
                    raise VaultError("damaged", f"{name} has fewer than {length} bytes")
                os.ftruncate(handle, length)
                os.fsync(handle)
                os.fchmod(handle, 0o400)
            finally:
                os.close(handle)

    def erase_key(self, key: str) -> bool:
        """Overwrite and remove a wrapped key: nobody can open its segments any more. False when there was none (erased before).

        Copies elsewhere (backups, exported packages) are erased where they are; a copy-on-write disk may keep the old blocks a while.
        """
        session, _ = key_parts(key)
        with told(f"{key}.key"):
            try:
                with self._session(session) as folder:
                    _writable(f"{key}.key", folder)
                    handle = os.open(f"{key}.key", os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                    with os.fdopen(handle, "wb", buffering=0) as file:
                        file.write(bytes(os.fstat(handle).st_size))
                        os.fsync(handle)
                    os.unlink(f"{key}.key", dir_fd=folder)
                    os.fsync(folder)
            except FileNotFoundError:
                return False
        return True

    def remove_file(self, session: str, file: str) -> None:
        """Unlink a segment or a key: after a lawful deletion, or what a crash left of a file that holds nothing."""
        entry = _entry(session, file)
        with told(f"{session}/{entry}"), self._session(session) as folder:
            os.unlink(entry, dir_fd=folder)
            os.fsync(folder)

    # --- reading

    def open_segment(self, name: SegmentName) -> io.BufferedReader:
        """The segment's file, for reading from its beginning. Raises VaultError `missing`."""
        with told(str(name)), self._session(name.session) as folder:
            return self._open(name.file, folder)

    def read_key(self, key: str) -> bytes:
        """The content of `<key id>.key`. Raises VaultError `missing`, for instance after a lawful deletion."""
        session, _ = key_parts(key)
        with told(f"{key}.key"), self._session(session) as folder, self._open(f"{key}.key", folder) as file:
            return file.read(LARGEST + 1)

    def has_whole_key(self, key: str) -> bool:
        """Whether the key's file was written to its end."""
        try:
            return WrappedKey.decode(self.read_key(key)).key == key
        except BadKey:
            return False

    def sessions(self) -> list[str]:
        """Ids of the sessions that have a folder."""
        with told("sessions"):
            return sorted(each.name for each in (self.root / "sessions").iterdir() if _is(session_id, each.name))

    def segments(self, session: str) -> list[SegmentName]:
        """The session's segments, by publication, epoch and number."""
        return sorted(SegmentName.of_file(session, name) for name in self._names(session) if name.endswith(".seg"))

    def keys(self, session: str) -> list[str]:
        """Ids of the session's wrapped keys."""
        return [name.removesuffix(".key") for name in self._names(session) if name.endswith(".key")]

    def strangers(self, session: str) -> list[str]:
        """Names in a session's folder that no writer of ours makes."""
        with told(session), self._session(session) as folder:
            return sorted(name for name in _listed(folder) if not _is_ours(session, name))

    def journal(self, life: str) -> Path:
        """Where the journal of a writer's life lies."""
        return self.root / "journal" / f"{life_id(life)}.jsonl"

    def progress(self, life: str) -> Path:
        """Where that writer notes how far its open segments reach: read by recovery alone."""
        return self.root / "journal" / f"{life_id(life)}.progress"

    def forget_journal(self, life: str) -> None:
        """Remove the journal of a life that tells of nothing."""
        with told(f"{life}.jsonl"):
            self.journal(life).unlink(missing_ok=True)

    def forget_progress(self, life: str) -> None:
        """Remove those files; everything is told."""
        with told(f"{life}.progress"):
            for path in self.progress(life).parent.glob(f"{life_id(life)}.progress*"):
                path.unlink(missing_ok=True)

    def lives(self, *, unfinished: bool = False) -> list[str]:
        """The writers' lives that have a journal, in no order of time; with `unfinished` only those that recovery has not closed."""
        with told("journal"):
            found = [each for each in (self.root / "journal").glob("*.jsonl") if _is(life_id, each.stem)]
            return sorted(each.stem for each in found if not unfinished or each.lstat().st_mode & 0o200)

    def space(self) -> Space:
        """Room on the vault's disk."""
        with told(str(self.root)):
            found = os.statvfs(self.root)
            return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)

    # --- shared

    def _names(self, session: str) -> list[str]:
        """None for a session that has no folder: its key was told of, then the power went."""
        with told(session):
            try:
                with self._session(session) as folder:
                    return sorted(name for name in _listed(folder) if _is_ours(session, name))
            except FileNotFoundError:
                return []

    @contextlib.contextmanager
    def _session(self, session: str, *, make: bool = False) -> Iterator[int]:
        """A handle of the session's folder."""
        name = session_id(session)
        above = os.open(self.root / "sessions", _FOLDER)
        try:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=above)
                    os.fsync(above)
            folder = os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
        try:
            yield folder
        finally:
            os.close(folder)

    @staticmethod
    def _open(file: str, folder: int) -> io.BufferedReader:
        handle = os.open(file, _READ | os.O_NONBLOCK, dir_fd=folder)  # a pipe of that name must not keep us waiting
        try:
            _regular(handle)
            return os.fdopen(handle, "rb")
        except BaseException:
            os.close(handle)
            raise


@contextlib.contextmanager
def _gone_if_refused(file: str, folder: int) -> Iterator[None]:
    """A file that could not be begun is taken away: on a full disk a name finds room where a byte does not, and nobody would tell of it."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(file, dir_fd=folder)
        raise


def _listed(folder: int) -> list[str]:
    return os.listdir(folder)  # the open folder is asked, not a path that may come to mean another


def _regular(handle: int) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError(errno.EINVAL, "is no regular file")


def _writable(file: str, folder: int) -> None:
    """What was closed is read-only, also for its owner."""
    handle = os.open(file, _READ | os.O_NONBLOCK, dir_fd=folder)
    try:
        _regular(handle)
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_ours(session: str, name: str) -> bool:
    try:
        _entry(session, name)
    except BadName:
        return False
    return True


def _entry(session: str, name: str) -> str:
    """The name, if it can stand in this session's folder. Raises BadName."""
    if name.endswith(".key"):
        if key_parts(name.removesuffix(".key"))[0] != session:
            raise BadName("key of this session", name)
        return name
    return SegmentName.of_file(session, name).file


def _is(check: Callable[[object], str], name: str) -> bool:
    try:
        check(name)
    except BadName:
        return False
    return True

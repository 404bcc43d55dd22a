"""The vault on disk: written once, found again by checked names, and no way in or out by links or spellings."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings.data_key import DataKey, WrappedKey
from recordings.names import BadName, SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from recordings.vault_errors import VaultError
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import LIFE, ORIGIN, SESSION, VIDEO, key, name

PUBLIC = X25519PrivateKey.generate().public_key().public_bytes_raw()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "recordings")


def wrapped(data_key: DataKey) -> WrappedKey:
    return data_key.wrap("jinshan", PUBLIC)


def write(vault: Vault, data_key: DataKey, of: SegmentName) -> bytes:
    sealer = SegmentSealer(data_key, of, VIDEO, ORIGIN)
    file = vault.create_segment(of, sealer.head)
    file.write(chunk := sealer.chunk(b"clear", last=True))
    file.close()
    return sealer.head + chunk


def code(vault_error: pytest.ExceptionInfo[VaultError]) -> str:
    return vault_error.value.code


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_written_is_found_again(vault: Vault) -> None:
    data_key = key()
    vault.put_key(wrapped(data_key))
    made = {of: write(vault, data_key, of) for of in (name(10), name(9), name(0, "clerk.microphone"), name(0, epoch=2))}
    again = Vault(vault.root)
    assert again.sessions() == [SESSION]
    assert again.segments(SESSION) == [name(0, "clerk.microphone"), name(9), name(10), name(0, epoch=2)]
    assert again.keys(SESSION) == [data_key.id]
    for of, content in made.items():
        with again.open_segment(of) as file:
            assert file.read() == content
    assert WrappedKey.decode(again.read_key(data_key.id)).key == data_key.id
    assert again.has_whole_key(data_key.id)
    assert again.strangers(SESSION) == []


def test_others_can_read_nothing_and_nobody_can_write(vault: Vault) -> None:
    vault.put_key(wrapped(data_key := key()))
    write(vault, data_key, name())
    folder = vault.root / "sessions" / SESSION
    assert [mode(each) for each in (vault.root, folder.parent, folder, vault.root / "journal")] == [0o700] * 4
    assert {each.name: mode(each) for each in folder.iterdir()} == {name().file: 0o400, f"{data_key.id}.key": 0o400}


def test_nothing_is_written_twice(vault: Vault) -> None:
    data_key = key()
    vault.put_key(wrapped(data_key))
    before = vault.read_key(data_key.id)
    with pytest.raises(VaultError) as again:
        vault.put_key(wrapped(data_key))
    assert code(again) == "exists" and vault.read_key(data_key.id) == before
    content = write(vault, data_key, name())
    with pytest.raises(VaultError) as again:
        vault.create_segment(name(), b"other")
    assert code(again) == "exists"
    with vault.open_segment(name()) as file:
        assert file.read() == content


def test_whole_segments_are_there_all_or_none(vault: Vault) -> None:
    data_key = key()
    vault.put_key(wrapped(data_key))
    kept = write(vault, data_key, name(1))
    with pytest.raises(VaultError) as again:
        vault.put_segments([(name(2), [b"a whole one"]), (name(1), [b"another"])])
    assert code(again) == "exists" and vault.segments(SESSION) == [name(1)]
    with pytest.raises(ZeroDivisionError):
        vault.put_segments([(name(2), [b"a whole one"]), (name(3), (bytes(1 // each) for each in (1, 0)))])
    assert vault.segments(SESSION) == [name(1)]
    vault.put_segments([(name(2), [b"a ", b"whole one"]), (name(3), [])])
    assert vault.segments(SESSION) == [name(1), name(2), name(3)]
    for of, content in ((name(1), kept), (name(2), b"a whole one"), (name(3), b"")):
        with vault.open_segment(of) as file:
            assert file.read() == content
        assert mode(vault.root / "sessions" / SESSION / of.file) == 0o400


def test_whole_segments_find_no_room(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        Disk(full).room = 10
        with pytest.raises(VaultError) as refused:
            vault.put_segments([(name(1), [b"eight by"]), (name(2), [b"eight by"])])
    assert code(refused) == "full" and vault.segments(SESSION) == []
    vault.put_segments([(name(1), [b"eight by"])])


def test_what_is_not_there_is_missing(vault: Vault) -> None:
    for ask in (lambda: vault.open_segment(name()), lambda: vault.read_key(key().id), lambda: vault.shorten(name(), 5)):
        with pytest.raises(VaultError) as found:
            ask()
        assert code(found) == "missing"
    assert vault.segments(SESSION) == [] and vault.keys(SESSION) == []


@pytest.mark.parametrize("text", ["../journal", "..", "/etc", "a/b", "x", "s-1234567\0"])
def test_a_name_from_outside_never_becomes_a_path(vault: Vault, text: str) -> None:
    calls = [
        lambda: vault.segments(text), lambda: vault.keys(text), lambda: vault.read_key(f"{text}.{LIFE}"), lambda: vault.erase_key(text),
        lambda: vault.journal(text), lambda: vault.progress(text), lambda: vault.strangers(text), lambda: vault.remove_file(SESSION, text),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(BadName):
            call()


@pytest.mark.parametrize("what", ["segment", "key", "session", "sessions", "pipe", "folder"])
def test_links_pipes_and_folders_are_refused(vault: Vault, tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / name().file).write_bytes(b"not ours")
    (outside / f"{key().id}.key").write_bytes(b"not ours")
    folder = vault.root / "sessions" / SESSION
    if what == "sessions":
        folder.parent.rmdir()
        (tmp_path / "elsewhere").mkdir()
        outside.rename(tmp_path / "elsewhere" / SESSION)
        folder.parent.symlink_to(tmp_path / "elsewhere")
    elif what == "session":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        for file in (name().file, f"{key().id}.key"):
            match what:
                case "pipe":
                    os.mkfifo(folder / file)
                case "folder":
                    (folder / file).mkdir()
                case _:
                    (folder / file).symlink_to(outside / file)
    for ask in (lambda: vault.open_segment(name()), lambda: vault.read_key(key().id), lambda: vault.shorten(name(), 0), lambda: vault.erase_key(key().id)):
        with pytest.raises(VaultError) as found:
            ask()
        assert code(found) == "not-ours"
    with pytest.raises(VaultError) as found:
        vault.create_segment(name(), b"head")
    assert code(found) in ("exists", "not-ours")
    found_outside = [file.read_bytes() for file in tmp_path.glob("**/*.seg") if file.is_file() and not file.is_symlink()]
    assert found_outside == [b"not ours"]


def test_the_vault_may_lie_on_another_disk(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "recordings").symlink_to(tmp_path / "disk")
    vault = Vault(tmp_path / "recordings")
    vault.put_key(wrapped(key()))
    assert (tmp_path / "disk/sessions" / SESSION).is_dir()


def test_a_stranger_in_a_session_s_folder_is_seen(vault: Vault) -> None:
    vault.put_key(wrapped(key()))
    folder = vault.root / "sessions" / SESSION
    for stranger in ("notes.txt", "resident.camera-01-0.seg", f"s-another-session.{LIFE}.key"):
        (folder / stranger).write_bytes(b"")
    (vault.root / "sessions" / "x").mkdir()
    assert vault.strangers(SESSION) == ["notes.txt", "resident.camera-01-0.seg", f"s-another-session.{LIFE}.key"]
    assert vault.segments(SESSION) == [] and len(vault.keys(SESSION)) == 1
    assert vault.sessions() == [SESSION]


def test_an_erased_key_is_gone_and_was_overwritten(vault: Vault) -> None:
    data_key = key()
    vault.put_key(wrapped(data_key))
    file = vault.root / "sessions" / SESSION / f"{data_key.id}.key"
    content = file.read_bytes()
    with file.open("rb") as still_open:  # what an undelete would find
        assert vault.erase_key(data_key.id)
        assert still_open.read() == bytes(len(content))
    assert not file.exists()
    assert not vault.erase_key(data_key.id), "erased before: no error"
    assert not vault.erase_key(key("s-another-session").id)


def test_a_torn_tail_is_cut_once_and_for_good(vault: Vault) -> None:
    sealer = SegmentSealer(key(), name(), VIDEO, ORIGIN)
    file = vault.create_segment(name(), sealer.head)
    file.write(sealer.chunk(b"whole") + b"torn")
    file.abandon()
    vault.shorten(name(), sealer.length)
    with vault.open_segment(name()) as shortened:
        assert len(shortened.read()) == sealer.length
    assert mode(vault.root / "sessions" / SESSION / name().file) == 0o400
    vault.shorten(name(), sealer.length)
    with pytest.raises(VaultError) as found:
        vault.shorten(name(), sealer.length + 1)
    assert code(found) == "damaged"


def test_a_key_that_found_no_room_is_not_taken_for_one(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    data_key = key()
    folder = vault.root / "sessions" / SESSION
    folder.mkdir()
    (folder / f"{data_key.id}.key").write_bytes(wrapped(data_key).encode()[:100])
    assert not vault.has_whole_key(data_key.id)
    vault.remove_file(SESSION, f"{data_key.id}.key")
    assert vault.keys(SESSION) == []
    disk = Disk(monkeypatch)
    disk.room = 0
    with pytest.raises(VaultError) as found:
        vault.create_segment(name(), b"head")
    assert code(found) == "full"


@pytest.mark.parametrize("room", [0, 2])
def test_what_could_not_be_begun_is_not_there(vault: Vault, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    disk = Disk(monkeypatch)
    disk.room = room
    with pytest.raises(VaultError) as found:
        vault.create_segment(name(), b"head")
    assert code(found) == "full"
    disk.room, disk.broken = None, True
    with pytest.raises(VaultError) as found:
        vault.create_segment(name(), b"head")
    assert code(found) == "disk"
    assert vault.segments(SESSION) == [], "nobody tells of such a file, and the doctor would call it an orphan"
    disk.broken = False
    vault.create_segment(name(), b"head").abandon()


def test_a_key_that_could_not_be_stored_is_not_there(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(VaultError):
        vault.put_key(wrapped(key()))
    assert vault.keys(SESSION) == []


def test_lives_and_their_journals(vault: Vault) -> None:
    other = "f" * 16
    vault.journal(LIFE).touch(0o600)
    vault.journal(other).touch(0o400)
    vault.progress(LIFE).touch()
    (vault.root / "journal" / "notes.jsonl").touch()
    assert vault.lives() == [LIFE, other]
    assert vault.lives(unfinished=True) == [LIFE]
    vault.forget_progress(LIFE)
    vault.forget_progress(LIFE)
    assert not vault.progress(LIFE).exists()


def test_the_room_on_its_disk_is_known(vault: Vault) -> None:
    space = vault.space()
    assert 0 < space.free <= space.total
    assert 0 < space.ratio <= 1

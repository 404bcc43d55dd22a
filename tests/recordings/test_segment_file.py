"""A segment's file keeps whole chunks only, and never claims what the disk has refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from recordings.framing import whole_length
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from recordings.vault_errors import VaultError, VaultFull
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import ORIGIN, VIDEO, key, name


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "recordings")


@pytest.fixture
def sealer() -> SegmentSealer:
    return SegmentSealer(key(), name(), VIDEO, ORIGIN)


def path(vault: Vault) -> Path:
    return vault.root / "sessions" / name().session / name().file


def test_it_grows_by_chunks_and_is_read_only_in_the_end(vault: Vault, sealer: SegmentSealer) -> None:
    file = vault.create_segment(name(), sealer.head)
    assert (file.length, file.synced) == (len(sealer.head), len(sealer.head))
    file.write(sealer.chunk(b"one"))
    assert file.synced < file.length == path(vault).stat().st_size
    file.sync()
    assert file.synced == file.length
    assert stat.S_IMODE(path(vault).stat().st_mode) == 0o600
    file.write(sealer.chunk(b"two", last=True))
    file.close()
    assert file.closed and file.synced == file.length == sealer.length
    assert stat.S_IMODE(path(vault).stat().st_mode) == 0o400
    with pytest.raises(VaultError, match="closed"):
        file.write(b"more")
    file.close()


def test_a_full_disk_leaves_the_chunks_that_were_whole(vault: Vault, sealer: SegmentSealer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = vault.create_segment(name(), sealer.head)
    disk = Disk(monkeypatch)
    file.write(sealer.chunk(b"whole"))
    before = file.length
    disk.room = 30
    with pytest.raises(VaultFull):
        file.write(sealer.chunk(bytes(1000)))
    assert file.failed and file.length == before
    assert path(vault).stat().st_size == before, "no torn chunk stays"
    disk.room = None
    with pytest.raises(VaultError, match="closed"):
        file.write(sealer.chunk(b"again"))
    file.close()
    with vault.open_segment(name()) as opened:
        assert whole_length(opened)[1:] == (before, 1, False, before)


def test_a_sync_that_failed_is_never_tried_again(vault: Vault, sealer: SegmentSealer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = vault.create_segment(name(), sealer.head)
    disk = Disk(monkeypatch)
    file.write(sealer.chunk(b"one"))
    disk.broken = True
    with pytest.raises(VaultError, match="disk"):
        file.sync()
    disk.broken, disk.syncs = False, 0
    assert file.failed and file.synced < file.length
    with pytest.raises(VaultError, match="closed"):
        file.sync()
    file.close()
    assert disk.syncs == 0
    assert stat.S_IMODE(path(vault).stat().st_mode) == 0o400


def test_a_close_that_cannot_sync_closes_and_says_so(vault: Vault, sealer: SegmentSealer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = vault.create_segment(name(), sealer.head)
    disk = Disk(monkeypatch)
    file.write(sealer.chunk(b"one"))
    disk.broken = True
    with pytest.raises(VaultError, match="disk"):
        file.close()
    assert file.closed and file.failed


def test_nothing_new_costs_no_sync(vault: Vault, sealer: SegmentSealer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = vault.create_segment(name(), sealer.head)
    disk = Disk(monkeypatch)
    file.sync()
    assert disk.syncs == 0
    file.abandon()
    assert file.closed

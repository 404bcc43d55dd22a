"""Before a ticket is given: there is a key to seal to, and a disk with room, or no visit begins."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from recordings.data_key import fingerprint
from recordings.keys import ensure_demo_keys, load_public, rotate_keys
from recordings.vault_errors import VaultError
from signaling import seals as module
from signaling.domain.refusals import NotNow
from signaling.seals import PublicSeals

NOW = 1_795_399_200.0
REFUSE, WARN = 0.1, 0.2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_demo_keys(tmp_path, ["jinshan", "haiyan"], NOW)
    return tmp_path


def seals(data: Path, *vaults: str) -> PublicSeals:
    return PublicSeals(data, [data / name for name in vaults or ("recordings", "spill")], REFUSE, WARN, structlog.get_logger())


class Disks:
    """How full the disks of a test are, by the name of the vault's folder; a disk that is not named is broken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **free: float) -> None:
        self.free = free

        class Room:
            def __init__(self, root: Path, make: bool) -> None:
                assert not make, "asking makes no folder"
                self.ratio = free.get(root.name)

            def space(self) -> Room:
                if self.ratio is None:
                    raise VaultError("away", "no disk")
                return self

        monkeypatch.setattr(module, "Vault", Room)


async def refused(of: PublicSeals, home: str = "jinshan") -> str:
    with pytest.raises(NotNow) as refusal:
        await of.sealed_to(home)
    return refusal.value.code


# --- the key --------------------------------------------------------------------------------------


async def test_a_visit_is_sealed_to_the_homes_key_in_use(data: Path) -> None:
    public = load_public(data, "jinshan")
    sealed_to = await seals(data).sealed_to("jinshan")
    raw = base64.b64decode(sealed_to.key, validate=True)
    assert raw == public.sealing and sealed_to.fingerprint == fingerprint(raw) == public.sealing_fingerprint
    assert await seals(data).sealed_to("haiyan") != sealed_to


async def test_after_a_rotation_the_next_visit_is_sealed_to_the_new_key(data: Path) -> None:
    of = seals(data)
    before = await of.sealed_to("jinshan")
    rotate_keys(data, "jinshan", NOW + 60)
    after = await of.sealed_to("jinshan")
    assert after != before and after.fingerprint == load_public(data, "jinshan").sealing_fingerprint


SPOILED: dict[str, Callable[[Path], object]] = {
    "none": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-10]),
    "not ours": lambda file: file.write_text("a shopping list"),
    "another's": lambda file: file.write_bytes((file.parent / "haiyan.json").read_bytes()),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "half a key": lambda file: file.write_bytes(file.read_bytes().replace(b'"sealing":"', b'"sealing":"AAAA')),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
async def test_without_a_key_that_can_be_read_no_visit_begins_and_the_log_says_why(data: Path, spoil: Callable[[Path], object]) -> None:
    file = data / "keys/jinshan.json"
    file.chmod(0o600)
    spoil(file)
    with capture_logs() as logs:
        assert await refused(seals(data)) == "not-recordable"
    [said] = [log for log in logs if log["event"] == "no-key-to-seal-to"]
    assert (said["home"], said["log_level"]) == ("jinshan", "error")
    assert await seals(data).sealed_to("haiyan"), "the others' visits go on"


# --- the disk -------------------------------------------------------------------------------------


async def test_room_is_what_is_free_on_the_disk_where_the_vault_will_be(data: Path) -> None:
    of = seals(data)
    assert not (data / "recordings").exists()
    assert 0 < of.free <= 1
    assert {entry.name for entry in data.iterdir()} == {"custody", "keys"}, "asking makes nothing"


@pytest.mark.parametrize(
    ("recordings", "spill", "begins"),
    [(0.9, 0.9, True), (0.0, 0.9, True), (0.9, 0.0, True), (REFUSE, 0.0, True), (REFUSE - 0.001, 0.0, False), (0.0, REFUSE - 0.001, False), (0.0, 0.0, False)],
)
async def test_a_visit_begins_while_one_disk_has_room(data: Path, monkeypatch: pytest.MonkeyPatch, recordings: float, spill: float, begins: bool) -> None:
    Disks(monkeypatch, recordings=recordings, spill=spill)
    (data / "recordings").mkdir()
    (data / "spill").mkdir()
    if begins:
        assert await seals(data).sealed_to("jinshan")
    else:
        assert await refused(seals(data)) == "not-recordable"


async def test_a_disk_that_cannot_be_asked_has_no_room(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disks = Disks(monkeypatch)
    (data / "recordings").mkdir()
    (data / "spill").mkdir()
    assert seals(data).free == 0.0
    assert await refused(seals(data)) == "not-recordable"
    disks.free["spill"] = 0.5
    assert await seals(data).sealed_to("jinshan")
    assert PublicSeals(data, [], REFUSE, WARN, structlog.get_logger()).free == 0.0


@pytest.mark.parametrize(
    ("recordings", "spill", "warns"), [(0.9, 0.9, False), (WARN, WARN, False), (0.15, 0.15, True), (0.15, 0.9, True), (0.9, 0.15, True), (0.0, 0.9, True)],
)  # fmt: skip
async def test_a_disk_that_fills_is_told_in_the_log_before_it_is_full(
    data: Path, monkeypatch: pytest.MonkeyPatch, recordings: float, spill: float, warns: bool
) -> None:
    """While one of them fills there is time to do something about it."""
    Disks(monkeypatch, recordings=recordings, spill=spill)
    (data / "recordings").mkdir()
    (data / "spill").mkdir()
    with capture_logs() as logs:
        assert await seals(data).sealed_to("jinshan")
    assert any(log["event"] == "disk-filling" for log in logs) == warns

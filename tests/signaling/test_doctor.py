"""The doctor at a real office: a recorded visit between two ends, examined beside its server, after a crash and after an orderly stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from config.load import environment
from signaling.store.sqlite import FILE_NAME
from tests.programs import Program
from tests.serving import serving
from tests.signaling.doctor.folder import Patient, everything, made
from tests.simulated import clerk, resident
from tests.waiting import until

ROOM = {"VIRTUAL_WINDOW_RECORDING_WARN_BELOW": "0", "VIRTUAL_WINDOW_RECORDING_REFUSE_BELOW": "0"}
"""How full this machine's disk is tells nothing of a folder."""

WATCH = """
import os, sys
SEEN = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        writes = bool((arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))
        os.write(SEEN, f"{'writes' if writes else 'reads'}\\t{os.fsdecode(arguments[0])}\\n".encode())
    elif event in ("os.remove", "os.rmdir", "os.mkdir") and arguments[-1] >= 0:  # a name in an open folder
        os.write(SEEN, f"{event}\\t{os.readlink(f'/proc/self/fd/{arguments[-1]}')}/{arguments[0]}\\n".encode())
    elif event in ("os.remove", "os.rmdir", "os.mkdir", "os.rename", "os.chmod", "os.truncate", "os.utime", "os.link", "os.symlink", "fcntl.flock", "fcntl.lockf"):
        os.write(SEEN, f"{event}\\t{arguments[0]}\\n".encode())

sys.addaudithook(watch)
"""


async def doctor(data: Path, *more: str, code: int = 0, **variables: str) -> dict[str, Any]:
    """What `virtual-window doctor --json` prints, as a process of its own."""
    async with Program("signaling", "doctor", "--data", str(data), "--json", *more, variables={**environment(), **ROOM, **variables}) as program:
        ended = await program.ended()
    assert ended.status == code, ended.log + ended.out
    assert ended.log == ""
    return ended.lines[0]


async def test_a_visit_is_healthy_beside_its_server_after_a_crash_and_after_a_stop(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "data-serve.log"
    async with serving(data) as served:
        async with clerk(served, "--seconds", "5") as li, resident(served) as wang:
            await li.says("first frame")
            during = await doctor(data)
            assert during["ok"], during
            session = (await wang.result())["session"]
            await li.result()
        await until(lambda: any(data.rglob("receipt.paper*.seg")))
        await until(lambda: "handed-over" in [what for what, _ in served.ledger(session)])  # the last that is entered
        await until(lambda: Patient(data).found() == [])
        found = await doctor(data, "--log", str(log), "--canary", "no-such-text")
        assert (found["ok"], found["findings"]) == (True, [])
        checked = found["checked"]
        assert checked["sessions"] == 1 and checked["segments"] >= 4 and checked["heads"] >= 6 and checked["journals"] >= 2
        assert checked["bytes"] == sum(file.stat().st_size for file in data.rglob("*.seg"))

        await served.crash()
        assert (data / f"{FILE_NAME}-wal").stat().st_size > 0, "nobody has carried the log over"
        kept = _database(data)
        assert (await doctor(data))["checked"] == checked
        assert _database(data) == kept
        await served.start()
        assert (await doctor(data))["findings"] == []
    before = everything(data)
    assert (await doctor(data))["checked"] == checked
    assert everything(data) == before
    (data / "logs" / "node.log").write_text("演示居民\n", encoding="utf-8")
    assert [f["place"] for f in (await doctor(data, code=1))["findings"]] == ["logs/node.log, line 1"]


def _database(data: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in data.glob(f"{FILE_NAME}*")}


async def test_it_opens_no_private_key_and_locks_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    data, seen = await asyncio.to_thread(made, tmp_path / "data"), tmp_path / "seen"
    found = await doctor(data, PYTHONPATH=str(tmp_path / "watch"), WATCHED=str(seen))
    assert found["findings"] == []
    deeds = [line.split("\t") for line in seen.read_text().splitlines()]
    opened = {path for deed, path in deeds if deed == "reads"}
    assert str(data / "custody" / "jinshan" / "signed.jsonl") in opened, "it was watched"
    assert not [path for path in opened if path.endswith(".pem")]
    assert not [(deed, path) for deed, path in deeds if deed != "reads" and (path.startswith(str(data)) or "/" not in path)]

"""`admin export`, `admin anchors`, `admin retention`: on the folder of a real visit, beside its server and without one."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from recordings import verify
from signaling import admin
from signaling.demo_data import FILE as DEMO
from signaling.store.sqlite import FILE_NAME, open_store
from tests.serving import serving
from tests.simulated import clerk, resident
from tests.waiting import until_found


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one visit was recorded, signed and countersigned; its server has ended."""
    data = tmp_path_factory.mktemp("visited") / "data"

    async def visit() -> None:
        async with serving(data) as served, clerk(served, "--seconds", "3") as li, resident(served) as wang:
            await wang.result()
            await li.result()
            async with await open_store(data / FILE_NAME, SystemClock()) as store:

                async def signed() -> bool:
                    heads = [head.role for record in await store.sessions_of("jinshan") for head in await store.evidence.heads_of(record.session)]
                    told = [entry.what for record in await store.sessions_of("jinshan") for entry in await store.ledger_of(record.session)]
                    return "host" in heads and "receipt-given" in told and not await store.evidence.unattended()

                await until_found(signed)

    asyncio.run(visit())
    return data


class Trial:
    """A copy of the folder, and the commands typed on it."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys
        self.said = ""
        (self.session,) = [record.session for record in self.ask(lambda store: store.sessions_of("jinshan"))]

    def ask(self, question: Any) -> Any:
        async def run() -> Any:
            async with await open_store(self.data / FILE_NAME, SystemClock()) as store:
                return await question(store)

        return asyncio.run(run())

    def __call__(self, *line: str, code: int = 0) -> str:
        self._capsys.readouterr()
        found = admin.main([*line, "--data", str(self.data)])
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert found == code, f"exit code {found}: {printed.err}"
        return printed.out.strip()

    def password(self, role: str, home: str = "jinshan") -> tuple[str, ...]:
        people = json.loads((self.data / DEMO).read_text())["people"]
        person = next(p for p in people if p["role"] == role and p["jurisdiction"] == home)
        file = self.data / f"{person['login']}.password"
        file.touch(mode=0o600)
        file.write_text(person["password"])
        return person["login"], "--password-file", str(file)

    def whats(self) -> list[str]:
        return [entry.what for entry in self.ask(lambda store: store.ledger_of(self.session))]

    def anchors(self) -> str:
        file = self.data / "anchors.json"
        file.write_text(self("anchors"))
        return str(file)


@pytest.fixture
def trial(visited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Trial]:
    data = tmp_path / "data"
    shutil.copytree(visited, data, symlinks=True, ignore=shutil.ignore_patterns("*.sock", "serve.lock"))
    yield Trial(data, capsys)


@pytest.mark.parametrize("form", [(), ("--sealed",)], ids=["clear", "sealed"])
def test_a_trials_session_is_exported_and_proved(trial: Trial, tmp_path: Path, form: tuple[str, ...]) -> None:
    package = tmp_path / "package.zip"
    trial("export", trial.session, "--to", str(package), *form)
    assert verify.main([str(package), "--anchors", trial.anchors()]) == 0
    assert verify.main([str(package)]) == 3
    trial("export", trial.session, "--to", str(package), *form, code=1)
    assert "file-exists" in trial.said


def test_two_people_export_and_both_prove_who_they_are(trial: Trial, tmp_path: Path) -> None:
    package = tmp_path / "package.zip"
    supervisor, administrator = trial.password("supervisor"), trial.password("audit-administrator")
    asked = trial("export", trial.session, "--purpose", "court", "--request", *supervisor)
    assert asked and not package.exists()
    trial("export", trial.session, "--to", str(package), "--approve", *supervisor, code=1)
    assert "own-request" in trial.said
    trial("export", trial.session, "--to", str(package), "--approve", *trial.password("audit-administrator", "haiyan"), code=1)
    assert "unknown-session" in trial.said
    wrong = trial.data / "wrong.password"
    wrong.touch(mode=0o600)
    wrong.write_text("not the password")
    trial("export", trial.session, "--to", str(package), "--approve", administrator[0], "--password-file", str(wrong), code=1)
    assert "bad-login" in trial.said and not package.exists()
    trial("export", trial.session, "--to", str(package), "--approve", *administrator)
    assert verify.main([str(package), "--anchors", trial.anchors()]) == 0
    assert trial.whats()[-5:] == ["export-asked", "access-refused", "export-approved", "export-used", "exported"]
    again = tmp_path / "again.zip"
    trial("export", trial.session, "--to", str(again), "--approve", *administrator, code=1)
    assert "unknown-request" in trial.said, "one request, one package"


def test_a_clerk_may_not_ask(trial: Trial) -> None:
    trial("export", trial.session, "--request", *trial.password("clerk"), code=1)
    assert "unknown-session" in trial.said
    assert "export-asked" not in trial.whats() and trial.whats()[-1] == "access-refused"


def test_breaking_the_glass_is_on_the_record_and_an_incident(trial: Trial, tmp_path: Path) -> None:
    (trial.data / DEMO).unlink()
    trial("export", trial.session, "--to", str(tmp_path / "package.zip"))
    assert "break-glass" in trial.said
    assert trial.whats()[-1] == "exported"
    assert [incident.kind for incident in trial.ask(lambda store: store.evidence.incidents("jinshan"))] == ["break-glass"]


def test_what_cannot_be_exported_says_why(trial: Trial, tmp_path: Path) -> None:
    trial("export", "no-such-session", "--to", str(tmp_path / "p.zip"), code=1)
    assert "unknown-session" in trial.said
    trial("export", trial.session, code=1)
    assert "no-file" in trial.said
    trial("export", trial.session, "--to", str(tmp_path / "nowhere" / "p.zip"), code=1)
    assert "not-written" in trial.said
    segment = next((trial.data / "recordings" / "sessions" / trial.session).glob("*.seg"))
    segment.chmod(0o600)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    trial("export", trial.session, "--to", str(tmp_path / "p.zip"), code=1)
    assert "segment-damaged" in trial.said and not list(tmp_path.glob("p.zip*"))


def test_a_key_that_was_stolen_gets_an_end_in_the_anchors(trial: Trial, tmp_path: Path) -> None:
    package = tmp_path / "package.zip"
    trial("export", trial.session, "--to", str(package))
    keys = {key["jurisdiction"]: key["key"] for key in json.loads(trial("anchors"))["keys"]}
    assert set(keys) >= {"jinshan", "haiyan"}
    anchors = tmp_path / "anchors.json"
    anchors.write_text(trial("anchors", "--until", f"{keys['jinshan']}=2026-01-01T00:00:00.000Z"))
    assert verify.main([str(package), "--anchors", str(anchors)]) == 1


def test_retention_has_nothing_to_do_on_a_fresh_folder(trial: Trial) -> None:
    assert trial("retention") == ""
    assert "0 marked, 0 erased" in trial.said

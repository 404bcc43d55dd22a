"""A data folder as a server leaves it, made by the product's own code without a server: two recorded visits, one that nobody answered."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.clock import HandClock
from recordings import canonical, heads
from recordings.coverage import recorded
from recordings.data_key import DataKey
from recordings.inspection import Finding
from recordings.journal import Journal
from recordings.journal_entries import told
from recordings.keys import PublicKeys, ensure_demo_keys
from recordings.ledger import utc
from recordings.names import SegmentName
from recordings.register import Register
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from signaling.doctor.examination import Folder, Report, examine
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, ResidentLeft, WrapUpCompleted
from signaling.domain.parties import Party
from signaling.domain.session import begin
from signaling.domain.session_common import REQUIRED
from signaling.domain.states import Consent, SealedTo, Ticket, talk_of, ticket_of
from signaling.office.evidence_ports import Fact, KeptHead
from signaling.office.ports import Cause, Opening, Stored
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.visits import DAY, KIOSK, T0, moved, rung_by

NOW = T0 + 86_400
RECORDED, SPILLED, LEFT, LIVE = "session-recorded", "session-spilled", "session-left", "session-live"
LIVES = {RECORDED: "00000000000000a1", SPILLED: "00000000000000b2", LIVE: "00000000000000c3"}
RESIDENT = "张明月"
AUDIO, VIDEO = "audio/webm;codecs=opus", "video/webm;codecs=vp8"


class House:
    """Makes a folder, or goes on in one. Everything in it happened at T0 or a few minutes later."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.keys: dict[str, PublicKeys] = ensure_demo_keys(data, ("jinshan", "haiyan"), T0 - 1000)
        (data / "logs").mkdir(exist_ok=True)
        (data / "logs" / "node.log").write_text('{"event": "node-ready"}\n{"event": "room-opened", "session": "session-recorded"}\n')

    async def fill(self, *, live: bool = False) -> House:
        """The visits; with `live` one more, which runs while its clerk and its writer have more to tell than was entered."""
        async with await open_store(self.data / FILE_NAME, HandClock()) as store:
            for session, vault, clerk in ((RECORDED, "recordings", "li"), (SPILLED, "spill", "wu")):
                talk = await self.talk(store, session, clerk)
                await self.keep(store, *self.record(vault, talk), T0 + 70)
                over = await moved(store, talk, ClerkEnded("accepted"), WrapUpCompleted("accepted"), cause=Cause(f"clerk:{clerk}"), now=T0 + 120)
                await self.declare(store, session)
                await self.sign(store, over)
            left = await moved(store, await self.opened(store, LEFT), ResidentLeft(), cause=KIOSK, now=T0 + 50)
            await self.sign(store, left)
            if live:
                talk = await self.talk(store, LIVE, "zhao")
                await self.keep(store, *self.record("recordings", talk, ended=False), T0 + 70, leave=2)
        return self

    # --- visits

    async def opened(self, store: SqlStore, session: str) -> Stored:
        home = self.keys["jinshan"]

        def make(serial: int) -> Opening:
            ticket = Ticket(
                session=session, number=f"J{serial:03}", case=f"JS-{serial}", kiosk="haiyan-1", host="haiyan", home="jinshan",
                service="id-card", language="zh-CN", needs=(), parties=(Party(RESIDENT),), taken_at=T0, consents=(Consent("recording", "2026-11-01", "zh-CN", True),),
                sealed_to=SealedTo("", home.sealing_fingerprint),
            )  # fmt: skip
            state, effects = begin(ticket, T0)
            return Opening(state, tuple(e for e in effects if isinstance(e, Enter)))

        return await store.open_session(session, "jinshan", DAY, make, T0, KIOSK)

    async def talk(self, store: SqlStore, session: str, clerk: str) -> Stored:
        return await moved(store, await self.opened(store, session), *rung_by(clerk, f"jinshan-{clerk}"), cause=Cause(f"clerk:{clerk}"))

    # --- recording

    def record(self, folder: str, stored: Stored, *, ended: bool = True) -> tuple[str, list[dict[str, Any]]]:
        """A writer's whole life, or one that is not over: its last segment open, and its last two lines not yet entered."""
        talk = talk_of(stored.state)
        assert talk is not None
        session, origin, life = stored.session, talk.recording.origin, LIVES[stored.session]
        vault, key, home = Vault(self.data / folder), DataKey.new(stored.session, LIVES[stored.session]), self.keys["jinshan"]
        wrapped = key.wrap("jinshan", home.sealing)
        with Journal.opened(vault.journal(life)) as journal:
            journal.append({"what": "writer-started", "life": life, "at": origin})
            journal.append({
                "what": "key-wrapped", "session": session, "key": key.id, "home_key": home.sealing_fingerprint,
                "sealed": hashlib.sha256(wrapped.encode()).hexdigest(),
            })  # fmt: skip
            vault.put_key(wrapped)
            journal.append(*({"what": "first-byte", "session": session, "publication": p, "epoch": 1, "at": 500} for p in REQUIRED))
            for number, (start, end) in enumerate(((500, 4500), (4500, 8000))):
                for publication in REQUIRED:
                    journal.append(self.segment(vault, key, SegmentName(session, publication, 1, number), origin, start, end))
            if ended:
                journal.append({"what": "room-closed", "session": session, "end": 8000})
                journal.finish()
            else:
                sealer = SegmentSealer(key, SegmentName(session, "resident.camera", 1, 2), VIDEO, origin)
                file = vault.create_segment(sealer.header.name, sealer.head)
                file.write(sealer.chunk(b"half a second"))
                file.abandon()
            lines = list(journal.lines())
        if ended:
            vault.journal(life).with_suffix(".acked").write_bytes(canonical.write({"length": -1, "n": len(lines)}))
        return life, lines

    @staticmethod
    def segment(vault: Vault, key: DataKey, name: SegmentName, origin: int, start: int, end: int) -> dict[str, Any]:
        """A segment on the disk, and the line that tells of it."""
        media = AUDIO if name.publication.endswith("microphone") else VIDEO
        sealer = SegmentSealer(key, name, media, origin)
        file = vault.create_segment(name, sealer.head)
        file.write(sealer.chunk(f"some {name.file}".encode()))
        file.write(sealer.chunk(b"", last=True))
        file.close()
        return {
            "what": "segment", "session": name.session, "publication": name.publication, "epoch": name.epoch, "segment": name.segment,
            "serial": sealer.header.serial, "key": key.id, "start": start, "end": end, "frames": 60, "bytes": sealer.length,
            "sealed": sealer.sealed_digest, "clear": sealer.clear_digest, "media": media, "width": 640, "height": 360,
            "first": 1, "last": 60, "clock_error": 1, "state": "whole",
        }  # fmt: skip

    @staticmethod
    async def keep(store: SqlStore, life: str, lines: Sequence[dict[str, Any]], at: float, leave: int = 0) -> None:
        """Enter the lines but the last few, as the keeper does."""
        facts = [(line["n"], told(canonical.write(line).decode())) for line in lines[: len(lines) - leave]]
        await store.evidence.keep(life, [Fact(n) if f is None else Fact(n, f.session, f.entry, f.body) for n, f in facts], at)

    # --- the end

    @staticmethod
    async def declare(store: SqlStore, session: str) -> None:
        missing = recorded(await store.evidence.ledger_of(session)).missing
        await store.evidence.note(session, [Enter("evidence-incomplete" if missing else "recording-complete", {"missing": missing})], T0 + 121, "server")

    async def sign(self, store: SqlStore, stored: Stored, *roles: heads.Role) -> None:
        ticket, entries = ticket_of(stored.state), await store.evidence.ledger_of(stored.session)
        for role in roles or ("home", "host"):
            by = ticket.home if role == "home" else ticket.host
            head = heads.head(stored.session, entries, by, role, utc(T0 + 122))
            record = canonical.write(self.custody(by, canonical.read(head.to_sign())))
            code = heads.short_code(record) if role == "home" else None
            body = {"by": by, "key": heads.read(record).key, "seq": head.seq, "digest": head.digest, **({"code": code} if code else {})}
            await store.evidence.add_head(KeptHead(stored.session, head.seq, role, by, record, code), Enter("head-signed", body), T0 + 122)

    def custody(self, by: str, statement: dict[str, Any]) -> dict[str, Any]:
        """What the jurisdiction's custody answers, and remembers."""
        folder = self.data / "custody" / by
        private: Any = load_pem_private_key(next(folder.glob("signing-*.pem")).read_bytes(), None)
        with closing(Register(folder / "signed.jsonl", by)) as register:
            return register.sign("head", statement, lambda data: (self.keys[by].signing_fingerprint, private.sign(data)))


def made(data: Path, *, live: bool = False) -> Path:
    """Such a folder."""
    data.mkdir(mode=0o700)
    asyncio.run(House(data).fill(live=live))
    return data


@dataclass
class Patient:
    """A folder of one's own, to damage and to examine."""

    data: Path
    now: float = NOW
    canaries: list[str] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def examine(self) -> Report:
        """What the doctor finds. How full this machine's disk is tells nothing of the folder."""
        folder = Folder(self.data, self.data / FILE_NAME, warn_below=0, refuse_below=0, canaries=self.canaries, logs=self.logs)
        return examine(folder, self.now)

    def found(self) -> list[Finding]:
        return self.examine().findings

    def codes(self, severity: str | None = None) -> set[str]:
        return {finding.code for finding in self.found() if severity in (None, finding.severity)}

    def finds(self, *expected: str) -> list[Finding]:
        """Exactly these are found, each as `code place` or `pending code place`."""
        found = self.found()
        told = {f"{'' if f.severity == 'broken' else 'pending '}{f.code} {f.place}" for f in found}
        assert told == set(expected), "\n".join(map(str, found))
        return found

    # --- damage

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Change the database behind everybody's back; no rule of it is asked."""
        with closing(sqlite3.connect(self.data / FILE_NAME, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            return connection.execute(statement, values).fetchall()

    def served(self, work: Callable[[SqlStore], Awaitable[object]]) -> None:
        """What a server would write, properly chained."""

        async def run() -> None:
            async with await open_store(self.data / FILE_NAME, HandClock()) as store:
                await work(store)

        asyncio.run(run())

    def note(self, session: str, what: str, body: dict[str, Any] | None = None, at: float = T0 + 130, actor: str = "server") -> None:
        """One more entry."""
        self.served(lambda store: store.evidence.note(session, [Enter(what, body or {})], at, actor))

    def seq(self, session: str, what: str, nth: int = 0) -> int:
        """The number of an entry."""
        found: int = self.sql("SELECT seq FROM ledger WHERE session = ? AND what = ? ORDER BY seq", session, what)[nth][0]
        return found

    def file(self, session: str = RECORDED, publication: str = "resident.camera", number: int = 0, folder: str = "recordings") -> Path:
        return self.data / folder / "sessions" / session / f"{publication}-1-{number}.seg"

    def key(self, session: str = RECORDED, folder: str = "recordings") -> Path:
        return self.data / folder / "sessions" / session / f"{session}.{LIVES[session]}.key"

    def journal(self, session: str = RECORDED, folder: str = "recordings") -> Path:
        return self.data / folder / "journal" / f"{LIVES[session]}.jsonl"

    @staticmethod
    def write(file: Path, content: bytes) -> None:
        """Into a file that was closed for good."""
        if file.exists():
            file.chmod(0o600)
        file.write_bytes(content)
        file.chmod(0o400)

    def flip(self, file: Path, place: int) -> None:
        content = bytearray(file.read_bytes())
        content[place] ^= 1
        self.write(file, bytes(content))

    @staticmethod
    def remove(file: Path) -> None:
        file.unlink()


def copied(healthy: Path, to: Path) -> Patient:
    """A copy with the same times and modes."""
    shutil.copytree(healthy, to)
    return Patient(to)


def everything(data: Path) -> dict[str, tuple[object, ...]]:
    """All there is to know of a folder's files: links, sizes, modes, owners, both times of change, bytes."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(data.rglob("*")):
        s = path.lstat()
        found[str(path.relative_to(data))] = (
            s.st_ino, s.st_mode, s.st_uid, s.st_size, s.st_mtime_ns, s.st_ctime_ns, path.read_bytes() if path.is_file() else b"",
        )  # fmt: skip
    return found

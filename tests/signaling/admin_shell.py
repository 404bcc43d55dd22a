"""Commands of `virtual-window admin`, typed on a real folder that has one administrator of each kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from argon2 import PasswordHasher

from config.clock import SystemClock
from config.settings import Login
from signaling import admin
from signaling.auth import service
from signaling.auth.passwords import Passwords
from signaling.auth.service import Auth
from signaling.domain.people import Person, Role
from signaling.domain.refusals import Refusal
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store

T = TypeVar("T")
GOOD = "three green lamps"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ADMINISTRATORS: dict[str, Role] = {"wu": "system-administrator", "zheng": "security-administrator", "sun": "audit-administrator"}


class Shell:
    """Types commands and reads what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys
        self.said = ""

    def __call__(self, line: str, *more: str, code: int = 0, by: str | None = None) -> str:
        """The command's standard output; what it said on standard error is in `said`. `by`: who does it."""
        self._capsys.readouterr()
        who = () if by is None else ("--as", by, "--password-file", str(self.secret(by, GOOD)))
        found = admin.main([*line.split(), *more, "--data", str(self.data), *who])
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert found == code, f"exit code {found}: {printed.err}"
        return printed.out.strip()

    def json(self, line: str, *more: str, code: int = 0, by: str | None = None) -> Any:
        """What it prints for programs."""
        return json.loads(self(line, "--json", *more, code=code, by=by))

    def secret(self, name: str, content: str) -> Path:
        """A file that only its owner reads."""
        file = self.data / f"{name}.password"
        file.touch(mode=0o600)
        file.write_text(content + "\n", encoding="utf-8")
        return file

    def store(self, ask: Callable[[SqlStore], Awaitable[T]]) -> T:
        """What the folder's store answers."""

        async def run() -> T:
            async with await open_store(self.data / FILE_NAME, SystemClock()) as store:
                return await ask(store)

        return asyncio.run(run())

    def server(self, ask: Callable[[Auth], Awaitable[T]]) -> T:
        """What a server on the same folder answers."""

        async def with_auth(store: SqlStore) -> T:
            auth = Auth(store.people, store.kiosks, Login(), SystemClock())
            try:
                return await ask(auth)
            finally:
                auth.close()

        return self.store(with_auth)

    def logs_in(self, login: str, password: str) -> bool:
        """Whether the server lets them in."""
        try:
            self.server(lambda auth: auth.login(login, password, ""))
        except Refusal as refused:
            assert refused.code == "bad-login"
            return False
        return True

    def record(self, home: str = "jinshan") -> list[tuple[str, str]]:
        """Who did what, by the record of that jurisdiction."""
        deeds = self.store(lambda store: store.record.deeds(home))
        return [(deed.actor.partition(":")[2], str(deed.body["code"]) if deed.what == "act-refused" else deed.what) for deed in deeds]


def hash_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A story has many passwords and none to protect."""
    monkeypatch.setattr(service, "Passwords", lambda at_once, hasher: Passwords(at_once, hasher or QUICK))


def with_administrators(data: Path, home: str = "jinshan") -> None:
    """One of each kind, all with the same password."""
    data.mkdir()

    async def add() -> None:
        async with await open_store(data / FILE_NAME, SystemClock()) as store:
            for login, role in ADMINISTRATORS.items():
                await store.people.add_person(Person(login, "管理员", role, home), QUICK.hash(GOOD), 1.0)

    asyncio.run(add())

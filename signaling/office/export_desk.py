"""Packages that are being made for a page: begun, looked at while they grow, fetched once, and gone after a while."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from config.clock import Clock
from config.tasks import Tasks
from recordings.manifest import Form
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal
from signaling.office.exports import Exports
from signaling.office.two_people import TwoPeople

KEPT_SECONDS = 3600.0
AT_ONCE = 2
"""Packages that are made at the same time."""


@dataclass(slots=True)
class Job:
    """One package. `share` goes from 0 to 1; `failed` is the code of what went wrong."""

    id: str
    session: str
    person: str
    path: Path
    began: float
    share: float = 0.0
    ready: bool = False
    failed: str | None = None
    size: int = 0


class ExportDesk:
    """`folder` is emptied of what an earlier server left when the first package is made."""

    def __init__(self, exports: Exports, two_people: TwoPeople, folder: Path, clock: Clock, tasks: Tasks) -> None:
        self._exports = exports
        self._two_people = two_people
        self._folder = folder
        self._clock = clock
        self._tasks = tasks
        self._jobs: dict[str, Job] = {}
        self._few = asyncio.Semaphore(AT_ONCE)
        self._swept = False

    async def begin(self, who: Actor, session: str, request: str, form: Form) -> Job:
        """Use the approved request and begin. Raises as `TwoPeople.use`."""
        used = await self._two_people.use(who, session, request)
        if used.deed != "export":
            raise NotNow("the request is for something else", code="not-approved")
        await asyncio.to_thread(self._sweep)
        job = Job(secrets.token_urlsafe(12), session, who.id, self._folder / f"{used.id}.zip", self._clock.now())
        self._jobs[job.id] = job
        entry = Enter("exported", {"by": who.id, "purpose": used.purpose, "request": used.id, "form": form})
        self._tasks.start(self._make(job, form, entry, who.name), f"export {session}")
        return job

    def job(self, who: Actor, session: str, job: str) -> Job:
        """A package that this person has begun. Raises `unknown-request`."""
        found = self._jobs.get(job)
        if found is None or found.session != session or found.person != who.id:
            raise Refusal("unknown-request")
        return found

    def ready(self, who: Actor, session: str, job: str) -> Path:
        """The file. Raises `unknown-request`, `not-now`."""
        found = self.job(who, session, job)
        if not found.ready:
            raise NotNow("the package is not there yet")
        return found.path

    async def _make(self, job: Job, form: Form, entry: Enter, actor: str) -> None:
        def progress(written: int, expected: int) -> None:
            job.share = min(0.99, written / max(1, expected))

        try:
            async with self._few:
                job.size = await self._exports.export(job.session, job.path, form, entry, actor, progress)
            job.share, job.ready = 1.0, True
        except Refusal as refusal:
            job.failed = refusal.code
        except Exception:
            job.failed = "internal"
            raise

    def _sweep(self) -> None:
        """Clear copies must not lie about."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = self._clock.now()
        old = [job for job in self._jobs.values() if now - job.began > KEPT_SECONDS]
        for job in old:
            del self._jobs[job.id]
        known = {job.path for job in self._jobs.values()}
        for file in self._folder.glob("*.zip*"):
            if file not in known and not (file.suffix == ".part" and file.with_suffix("") in known):
                with contextlib.suppress(OSError):
                    file.unlink()

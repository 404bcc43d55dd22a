"""Packages that are being made for a page: begun, looked at while they grow, fetched once, and gone after a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from recordings.manifest import Form
from signaling.domain.approvals import Approval
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal
from signaling.ids import fresh_id
from signaling.office.exports import Exports
from signaling.office.two_people import TwoPeople

KEPT_SECONDS = 3600.0
"""So long a package may be fetched; it is a copy in clear, and must not lie about."""
SWEEP_SECONDS = 300.0
AT_ONCE = 2
"""Packages that are made at the same time."""
SIGNING_SECONDS, AGAIN_SECONDS = 30.0, 0.25
"""How long a package waits for the home to sign what came between the approval's use and its making, and how often it looks."""


@dataclass(slots=True)
class Job:
    """One package. `share` goes from 0 to 1; `failed` is the code of what went wrong; `over` is when either was, on the server's clock."""

    id: str
    session: str
    person: str
    path: Path
    share: float = 0.0
    ready: bool = False
    failed: str | None = None
    size: int = 0
    over: float | None = None


class ExportDesk:
    """`folder` is the desk's own: what it does not know there is removed."""

    def __init__(self, exports: Exports, two_people: TwoPeople, folder: Path, clock: Clock, tasks: Tasks, log: FilteringBoundLogger) -> None:
        self._exports = exports
        self._two_people = two_people
        self._folder = folder
        self._clock = clock
        self._tasks = tasks
        self._log = log
        self._jobs: dict[str, Job] = {}
        self._few = asyncio.Semaphore(AT_ONCE)

    async def begin(self, who: Actor, session: str, request: str, form: Form) -> Job:
        """Use the approved request and begin. Raises as `TwoPeople.use`, and what keeps a package from being made now: then nothing is used."""
        await self._exports.check(session)
        used = await self._two_people.use(who, session, request, "export")
        await asyncio.to_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        job = Job(fresh_id(), session, who.id, self._folder / f"{used.id}.zip")
        self._jobs[job.id] = job
        self._tasks.start(self._make(job, form, exported(used, who, form), who.name), f"export {session}")
        return job

    def job(self, who: Actor, session: str, job: str) -> Job:
        """A package that this person has begun. Raises `unknown-request`."""
        found = self._jobs.get(job)
        if found is None or found.session != session or found.person != who.id or self._too_old(found):
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
                job.size = await self._export(job, form, entry, actor, progress)
            job.share, job.ready = 1.0, True
        except Refusal as refusal:
            job.failed = refusal.code
            self._log.warning("package-failed", session=job.session, request=entry.body["request"], code=refusal.code, reason=refusal.reason)
        except Exception:
            job.failed = "internal"
            raise
        finally:
            job.over = self._clock.now()

    async def _export(self, job: Job, form: Form, entry: Enter, actor: str, progress: Callable[[int, int], None]) -> int:
        """What was entered a moment ago is signed in a moment: two people's word is not spent on that."""
        waits_until = self._clock.monotonic() + SIGNING_SECONDS
        while True:
            try:
                return await self._exports.export(job.session, job.path, form, entry, actor, progress)
            except NotNow as early:
                if early.code != "head-pending" or self._clock.monotonic() >= waits_until:
                    raise
            await asyncio.sleep(AGAIN_SECONDS)

    # --- copies in clear do not stay --------------------------------------------------------------

    async def for_ever(self) -> None:
        """Now, which removes what an earlier server left, and every few minutes until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Remove every package that is too old or that nobody here has begun."""
        there = await asyncio.to_thread(lambda: list(self._folder.glob("*.zip*")))
        self._jobs = {name: job for name, job in self._jobs.items() if not self._too_old(job)}
        known = {job.path for job in self._jobs.values()}
        for file in there:  # a job that has begun since is not among them
            if file not in known and not (file.suffix == ".part" and file.with_suffix("") in known):
                with contextlib.suppress(OSError):
                    await asyncio.to_thread(file.unlink)

    def forget(self, session: str) -> None:
        """Its recording was erased: so is what was made of it."""
        self._jobs = {name: job for name, job in self._jobs.items() if job.session != session}
        self._tasks.start(self.sweep(), f"remove packages of {session}")

    def _too_old(self, job: Job) -> bool:
        return job.over is not None and self._clock.now() - job.over > KEPT_SECONDS


def exported(used: Approval, who: Actor, form: Form) -> Enter:
    """The entry of a package that two people answer for: who asked, who approved, who has it made."""
    people = {"asked-by": used.asked_by, "approved-by": used.approved_by, "by": who.id}
    return Enter("exported", people | {"purpose": used.purpose, "request": used.id, "form": form})

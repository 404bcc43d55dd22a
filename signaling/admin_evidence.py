"""`virtual-window admin export|anchors|retention`: a session's package, what a jurisdiction publishes, lawful deletion.

An export needs two people: `--request LOGIN` files it, `--approve LOGIN` of somebody else makes the package; both prove themselves by
their password. With neither it is break-glass: done at once, entered in the ledger, and an incident (a trial's data has no glass).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from config.catalogue import load_catalogue
from config.library import load_library
from config.logs import get_logger
from recordings.custody_client import CustodyAway
from recordings.keys import all_public, private_folder
from recordings.manifest import Form
from recordings.vault import VAULTS
from signaling.admin_desk import Desk, given_password
from signaling.admin_print import answer as _answer
from signaling.admin_print import tell as _tell
from signaling.custodians import Custodians
from signaling.demo_data import FILE as DEMO
from signaling.domain.approvals import PURPOSES
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import AnyState, ticket_of
from signaling.home_systems import addresses_of
from signaling.ids import fresh_id
from signaling.office.archive import Archive
from signaling.office.books import ConfiguredBooks
from signaling.office.export_desk import exported
from signaling.office.exports import Exports
from signaling.office.once import Once, OnceOnRecord
from signaling.office.refusals import Refusals
from signaling.office.retention import Deletion
from signaling.office.two_people import TwoPeople
from signaling.retention_policies import retention_policies

READY_SECONDS = 20.0
BAR = 40
SESSION_ROUTE = "/api/v1/sessions/{session}"


async def export(desk: Desk, arguments: argparse.Namespace) -> None:
    """`admin export SESSION --to FILE`."""
    evidence = desk.store.evidence
    stored = await evidence.session(arguments.session)
    if stored is None:
        raise Refusal("unknown-session", arguments.session)
    home = ticket_of(stored.state).home
    people = TwoPeople(evidence, desk.clock, fresh_id)
    if arguments.request is not None:
        who = await _proven(desk, arguments, arguments.request)
        await _check(desk, who, f"POST {SESSION_ROUTE}/requests", stored.state)
        asked = await people.ask(who, arguments.session, home, "export", arguments.purpose)
        _tell(f"{who.id} asks to export {arguments.session}; somebody else of {home} approves it with --approve LOGIN. The request:")
        _answer(asked.id)
        return
    if arguments.to is None:
        raise Refusal("no-file", "say with --to FILE where the package shall be")
    if arguments.to.exists():
        raise Refusal("file-exists", str(arguments.to))
    async with _custody(desk, arguments.data, home) as custodians:
        archive = Archive(evidence, custodians, [arguments.data / name for name in VAULTS])
        books = ConfiguredBooks(load_library(), desk.clock)
        exports = Exports(evidence, archive, custodians, books, arguments.data, desk.clock)
        if arguments.approve is not None:
            await exports.check(arguments.session)
        entry, actor = await _reason(desk, arguments, stored.state, people)
        try:
            size = await exports.export(arguments.session, arguments.to, "sealed" if arguments.sealed else "clear", entry, actor, _bar())
        except OSError as error:
            raise Refusal("not-written", f"{arguments.to}: {error.strerror}") from None
    _tell(f"{arguments.to}: {size:,} bytes")


async def _reason(desk: Desk, arguments: argparse.Namespace, state: AnyState, people: TwoPeople) -> tuple[Enter, str]:
    """Who answers for this export: two people, or whoever breaks the glass."""
    form: Form = "sealed" if arguments.sealed else "clear"
    if arguments.approve is None:
        trial = await asyncio.to_thread((arguments.data / DEMO).exists)
        if not trial:
            _tell("break-glass: exported without two people; the ledger says so, and an incident is raised")
        body = {"by": "operator", "purpose": arguments.purpose, "form": form}
        return Enter("exported", body if trial else body | {"break-glass": True}), "operator:local"
    who = await _proven(desk, arguments, arguments.approve)
    asked = [each for each in await people.requests(arguments.session) if each.deed == "export" and each.used_at is None]
    if not asked:
        raise Refusal("unknown-request", f"nobody has asked to export {arguments.session}")
    await _check(desk, who, f"POST {SESSION_ROUTE}/requests/{{request}}/approval", state)
    if asked[0].approved_by is None:
        await people.approve(who, arguments.session, asked[0].id)
    used = await people.use(who, arguments.session, asked[0].id, "export")
    return exported(used, who, form), who.name


async def _check(desk: Desk, who: Actor, action: str, state: AnyState) -> None:
    """The one policy, and its refusal in the session's ledger, as over HTTP. Raises `NotAllowed`."""
    try:
        may(who, action, state)
    except NotAllowed as refused:
        store, clock = desk.store, desk.clock
        refusals = Refusals(lambda session: None, store.evidence, Once(store.evidence, clock), OnceOnRecord(store.record, clock), lambda code: None)
        await refusals.judged(who, state, action, refused.code)
        raise


async def _proven(desk: Desk, arguments: argparse.Namespace, login: str) -> Actor:
    """The person, who has shown their password. Raises `bad-login`."""
    given = given_password(arguments.password_file or "-")
    assert given is not None
    return (await desk.auth.proved(login, given.reveal(), "local")).actor


@asynccontextmanager
async def _custody(desk: Desk, data: Path, home: str) -> AsyncIterator[Custodians]:
    """The home's custody: the one that runs, or, where its keys lie here and none does, one for as long as this lasts."""
    elsewhere = dict(entry.split("=", 1) for entry in desk.settings.recording.custody)
    custodians = Custodians(data, elsewhere)
    child = None
    try:
        try:
            await (await custodians.of(home)).public()
        except CustodyAway:
            if home in elsewhere or not private_folder(data, home).is_dir():
                raise Refusal("custody-away", f"the custody of {home} does not answer") from None
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "recordings.custody", "--jurisdiction", home, "--data", str(data), "--with-stdin", "--log-level", "error",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            assert child.stdout is not None
            if not await asyncio.wait_for(child.stdout.readline(), READY_SECONDS):
                raise Refusal("custody-away", f"the custody of {home} does not start") from None
        yield custodians
    finally:
        await custodians.close()
        if child is not None and child.stdin is not None:
            child.stdin.close()
            await child.wait()


async def anchors(desk: Desk, arguments: argparse.Namespace) -> None:
    """`admin anchors`: the anchors file of everybody whose keys are known here (docs/package.md)."""
    known, ends = all_public(arguments.data), dict(arguments.until)
    keys = []
    for public in known:
        later = [each.valid_from for each in known if each.jurisdiction == public.jurisdiction and each.valid_from > public.valid_from]
        until = {"until": ends[public.signing_fingerprint]} if public.signing_fingerprint in ends else {}
        keys.append({"jurisdiction": public.jurisdiction, "key": public.signing_fingerprint, "from": public.valid_from, **until})
        if later and not until:
            _tell(f"{public.jurisdiction}: {public.signing_fingerprint} was replaced at {min(later)}; after a theft name its end with --until")
    _answer(json.dumps({"format": "virtual-window-anchors/1", "keys": keys, "roots": []}, indent=1))


async def retention(desk: Desk, arguments: argparse.Namespace) -> None:
    """`admin retention`: what the server does every hour, now."""
    policies = retention_policies(desk.jurisdictions, load_catalogue(jurisdictions=desk.jurisdictions), desk.clock.now())
    vaults = [arguments.data / name for name in VAULTS]
    systems = addresses_of(desk.settings.handover, arguments.data, sorted(desk.jurisdictions))
    done = await Deletion(desk.store.evidence, desk.store.handovers, systems, policies, vaults, desk.clock, get_logger("retention")).run()
    for word, sessions in (("marked", done.marked), ("erased", done.erased), ("waiting", done.waiting)):
        for session in sessions:
            _answer(f"{word}\t{session}")
    _tell(f"{len(done.marked)} marked, {len(done.erased)} erased, {len(done.waiting)} wait for their home's own system")


def add_to(verb: Callable[[str, Callable[[Desk, argparse.Namespace], object], str], argparse.ArgumentParser]) -> None:
    """The verbs; `verb(name, command, text)` makes one."""
    one = verb("export", export, "write a session's evidence as a package that anybody can verify offline")
    one.add_argument("session")
    one.add_argument("--to", type=Path, metavar="FILE", help="the new file")
    one.add_argument("--purpose", choices=PURPOSES, default="audit", help="why (default audit)")
    one.add_argument("--sealed", action="store_true", help="with the recording as it was sealed, not in clear")
    both = one.add_mutually_exclusive_group()
    both.add_argument("--request", metavar="LOGIN", help="file a request as this supervisor")
    both.add_argument("--approve", metavar="LOGIN", help="approve the request as somebody else, and export")
    one.add_argument("--password-file", metavar="FILE", help="password of LOGIN in its first line, - for standard input (the default)")
    publish = verb("anchors", anchors, "print what an auditor holds a package against: the fingerprints of every known key")
    publish.add_argument(
        "--until", action="append", default=[], type=_until, metavar="KEY=TIME", help="a key is worth nothing from then on (RFC 3339); may be repeated"
    )
    verb("retention", retention, "mark what has been kept long enough, erase what was marked a week ago")


def _until(text: str) -> tuple[str, str]:
    key, equals, time = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("KEY=TIME")
    return key, time


def _bar() -> Callable[[int, int], None] | None:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return None
    shown = -1

    def show(written: int, expected: int) -> None:
        nonlocal shown
        part = written * BAR // max(1, expected)
        if part != shown:
            shown = part
            sys.stderr.write(f"\r[{'#' * part}{'.' * (BAR - part)}] {written / 1e6:.1f} MB" + ("\n" if part == BAR else ""))
            sys.stderr.flush()

    return show

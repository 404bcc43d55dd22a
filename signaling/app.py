"""The composition root: the only file where store, auth, office, live, api and the node meet."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version as version_of
from pathlib import Path

from aiohttp import web
from structlog.typing import FilteringBoundLogger

from config.clock import SystemClock
from config.library import load_library
from config.settings import Settings
from config.tasks import Tasks
from config.words import load_words
from media.stills import StillReader
from recordings.album import Album
from recordings.vault import VAULTS
from signaling import local_tls
from signaling.alarm import LoopAlarm
from signaling.api.deadline import HeaderDeadline
from signaling.api.form_handlers import FormHandlers
from signaling.api.handlers import Handlers
from signaling.api.metrics import Metrics
from signaling.api.offerings import ConfiguredOfferings
from signaling.api.openapi import document
from signaling.api.pages import Pages, security_headers
from signaling.api.receipt_handlers import ReceiptHandlers
from signaling.api.review_handlers import ReviewHandlers
from signaling.api.routes import Gate
from signaling.api.still_handlers import StillHandlers
from signaling.api.window_handlers import WindowHandlers
from signaling.auth.browser import origin_allowed
from signaling.auth.service import Auth
from signaling.custodians import Custodians
from signaling.custody_processes import CustodyProcesses
from signaling.domain.machine import SessionPolicy
from signaling.domain.permissions import Actor
from signaling.domain.states import AnyState
from signaling.form_press import FormPress
from signaling.guesses import ReceiptGuesses
from signaling.handing_over import HandingOver
from signaling.ids import fresh_id
from signaling.link_terms import LinkPolicy
from signaling.live.inbound import Inbound
from signaling.live.outbound import Outbound, who_is
from signaling.live.sockets import Outside, SocketLimits, Sockets
from signaling.office.archive import Archive
from signaling.office.books import ConfiguredBooks, reader
from signaling.office.case_tools import CaseTools
from signaling.office.export_desk import ExportDesk
from signaling.office.exports import Exports
from signaling.office.look_up import Finder, LookUp
from signaling.office.node_process import NodeProcess
from signaling.office.nodes import Node
from signaling.office.office import Office, World
from signaling.office.once import Once, OnceOnRecord
from signaling.office.refusals import Refusals
from signaling.office.retention import Deletion
from signaling.office.review import Review
from signaling.office.safe import Safe
from signaling.office.two_people import TwoPeople
from signaling.office.windows import Windows
from signaling.origins import ANY_ADDRESS, origins, own_names
from signaling.reception import Reception
from signaling.retention_policies import retention_policies
from signaling.seals import PublicSeals
from signaling.still_reading import StillReading
from signaling.store.sqlite import SqlStore
from signaling.wire.http import Ready

DIST = Path(__file__).parent.parent / "dist"
SHUTDOWN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server lives: its folder and what the front end was built into."""

    data: Path
    dist: Path = DIST


class Server:
    """One server. `start` returns its address once it serves; `stop` leaves the media node to itself (see `drain`)."""

    def __init__(self, settings: Settings, place: Place, store: SqlStore, auth: Auth, log: FilteringBoundLogger) -> None:
        self._settings = settings
        self._place = place
        self._store = store
        self._log = log
        self._clock = SystemClock()
        self._tasks = Tasks(on_error=lambda name, error: log.error("task-failed", task=name, error=repr(error)))
        self._alarm = LoopAlarm(self._clock)
        self._metrics = Metrics()
        self._auth = auth
        library = load_library(always_open=settings.trial.always_open)
        jurisdictions, catalogue = library.jurisdictions, library.catalogue
        self._reception = Reception(auth, store, settings.login, jurisdictions)
        words = load_words()
        self._say = lambda code, language: words(reader(language), f"error.{code}") if f"error.{code}" in words else code
        self._process = NodeProcess(place.data, node_arguments(settings), log)
        self._custodies = CustodyProcesses(place.data, sorted(jurisdictions), log)
        self._custodians = Custodians(place.data, dict(entry.split("=", 1) for entry in settings.recording.custody))
        self._seals = PublicSeals(
            place.data, [place.data / name for name in VAULTS], settings.recording.refuse_below, settings.recording.warn_below, log
        )
        self._node = Node(self._process.address, log)
        self._outbound = Outbound(self._clock)
        books = self._books = ConfiguredBooks(library, self._clock)
        world = World(
            store=store, evidence=store.evidence, post=self._outbound, nodes=self._node, books=books, seals=self._seals, custodians=self._custodians, clock=self._clock, alarm=self._alarm, tasks=self._tasks, log=log, new_id=fresh_id,
        )
        self._office = Office(world, policy_of(settings))
        self._node.news = self._office.talks
        once, on_record = Once(store.evidence, self._clock), OnceOnRecord(store.record, self._clock)
        self._refusals = Refusals(self._office.floor.state, store.evidence, once, on_record, self._metrics.refused_again)
        vaults = [place.data / name for name in VAULTS]
        archive = Archive(store.evidence, self._custodians, vaults)
        self._review = Review(store.evidence, archive, place.data, self._clock, settings.recording.view_hours * 3600)
        self._two_people = TwoPeople(store.evidence, self._clock, fresh_id)
        exports = Exports(store.evidence, archive, self._custodians, books, place.data, self._clock)
        self._still_reader = StillReader(lambda name, error: log.error("still-reader-failed", task=name, error=repr(error)))
        self._press = FormPress()
        safe = Safe(archive, Album(vaults), self._office.keep, self._clock)
        self._tools = CaseTools(
            self._office.floor, safe, StillReading(self._still_reader), self._press, books, self._outbound, store.evidence, self._clock, self._tasks, log, words
        )
        self._windows = Windows(Finder(store.evidence, store), store.evidence, store, books, safe, once, self._clock, self._office.noted)
        self._handing_over = HandingOver(settings.handover, place.data, store, archive, self._custodians, books, sorted(jurisdictions), self._clock, log)
        self._office.on_step = self._stepped
        self._office.on_receipt, self._tools.receipts.made = self._tools.receipts.signed, self._office.receipt_made
        self._exports = ExportDesk(exports, self._two_people, place.data / "exports", self._clock, self._tasks, log)
        policies = retention_policies(jurisdictions, catalogue, self._clock.now())
        self._deletion = Deletion(store.evidence, store.handovers, self._handing_over.homes, policies, vaults, self._clock, log, self._erased(archive))
        self._offerings = ConfiguredOfferings(
            library, settings.media.numbers, settings.session.farewell_seconds, self._clock
        )
        self._origins: frozenset[str] = frozenset(settings.server.public_origins)
        self._runner: web.AppRunner | None = None

    def _stepped(self, before: AnyState | None, after: AnyState) -> None:
        self._tools.stepped(before, after)
        self._handing_over.stepped(before, after)

    def _erased(self, archive: Archive) -> Callable[[str], None]:
        def tell(session: str) -> None:
            archive.forget(session)
            self._exports.forget(session)
            self._office.erased(session)

        return tell

    # --- life -----------------------------------------------------------------------------------

    async def start(self) -> str:
        """Take up the stored sessions, listen, and bring the node up. Returns the server's address."""
        await self._office.open()
        self._tools.open()
        app, tls = self._application(), self._tls()
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=30, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        deadline = self._settings.limits.header_seconds
        listening = await asyncio.get_running_loop().create_server(
            lambda: HeaderDeadline(server(), deadline, partial(self._metrics.refused, "header-too-slow")),
            self._settings.server.bind, self._settings.server.port, ssl=tls, backlog=512,
            ssl_handshake_timeout=deadline if tls else None,  # or a silent connection has a minute before its header is waited for
        )  # fmt: skip
        self._listening = listening
        port = int(listening.sockets[0].getsockname()[1])
        scheme = "https" if tls else "http"
        self._origins |= origins(scheme, own_names(self._settings.server.bind), port)
        self._keeping = self._tasks.start(self._process.run(), "node process")
        self._tasks.start(self._node.run(), "node line")
        self._tasks.start(self._deletion.for_ever(), "retention")
        self._tasks.start(self._exports.for_ever(), "old packages")
        self._handing_over.start(self._tasks)
        await self._still_reader.__aenter__()
        if self._settings.recording.start_custody:
            self._tasks.start(self._custodies.run(), "custody processes")
        host = self._settings.server.bind if self._settings.server.bind not in ANY_ADDRESS else own_names(self._settings.server.bind)[0]
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    async def node_up(self, seconds: float) -> bool:
        """Wait until the media node serves, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._node.is_up:
                    await asyncio.sleep(0.05)
        return self._node.is_up

    def drain(self) -> None:
        """No new visits from now on; running ones finish."""
        self._office.visits.draining = True

    @property
    def talks(self) -> int:
        """Talks that run now."""
        return len(self._office.floor.running)

    async def stop(self, *, end_node: bool) -> None:
        """Stop listening and close; with `end_node` the node ends itself as soon as its rooms have."""
        self._keeping.cancel()  # a node that ends because it was told to is not started again
        if end_node:
            for talk in self._office.floor.running:  # only when told twice: whoever stops for good leaves no room behind
                self._node.close_room(talk.room)
            self._node.drain()
            await asyncio.sleep(0.1)  # let the order leave; the node acts on it alone
        self._listening.close()
        now = self._clock.monotonic()
        for connection in self._outbound.all():
            connection.link.close("server-stopping", "the server is being stopped", now, again=True)
            connection.wake.set()
        if self._runner is not None:
            await self._runner.cleanup()
        self._alarm.close()
        await self._still_reader.__aexit__(None, None, None)
        self._press.close()
        await self._tasks.close()
        await self._handing_over.close()
        await self._custodians.close()

    # --- wiring ---------------------------------------------------------------------------------

    def _application(self) -> web.Application:
        limits, link = self._settings.limits, self._settings.link
        app = web.Application(
            client_max_size=limits.body_bytes, middlewares=[security_headers(self._settings.server.tls)],
            handler_args={"max_line_size": 8190, "max_field_size": 8190},
        )  # fmt: skip
        release = version_of("virtual-window")
        review = ReviewHandlers(self._review, self._two_people, self._exports, self._office)
        table = Handlers(self._reception, self._offerings, self._reception, self, release, (*review.routes(), *StillHandlers(self._tools.stills).routes(), *FormHandlers(self._books, self._tools.signing).routes(), *ReceiptHandlers(self._tools.own_papers, LookUp(self._store.evidence, self._store, self._books, self._clock), ReceiptGuesses(self._settings.login, self._clock)).routes(), *WindowHandlers(self._windows, ReceiptGuesses(self._settings.login, self._clock)).routes())).table()
        gate = Gate(
            self._reception, self._refusals, self.origin_allowed, self._say, self._metrics.refused, limits.body_bytes, limits.body_seconds, limits.json_depth,
            self._log,
        )
        table.add_to(app, gate)
        description = document(table, release)
        app.router.add_get("/api/v1/openapi.json", _json(description))
        app.router.add_get("/metrics", self._serve_metrics)
        app.router.add_get("/ca.crt", self._serve_ca)
        policy = LinkPolicy(
            frame_bytes=limits.message_bytes, depth=limits.json_depth, per_second=limits.messages_per_second, burst=limits.burst,
            mistakes=limits.mistakes_per_minute, hello_within=limits.hello_seconds, heartbeat=link.heartbeat_seconds,
            outbox_messages=limits.send_queue_messages, outbox_bytes=limits.send_queue_bytes,
        )
        outside = Outside(
            self._auth.redeem, partial(secrets.token_urlsafe, 32), self.origin_allowed, self._say, self._auth.is_current, self._metrics.refused,
            self._refusals.refused,
        )
        bounds = SocketLimits(limits.message_bytes, limits.sockets_per_address, limits.sockets_per_user, limits.send_seconds, link.keep_seconds)
        sockets = Sockets(
            self._office, Inbound(self._office, self._tools, self._metrics.first_frame), self._outbound, outside, policy, bounds, self._clock,
            self._tasks, self._log,
        )
        app.router.add_get("/api/v1/socket", sockets.handle)
        self._tasks.start(sockets.tidy(), "link shelf")
        self._reception.on_logout = partial(self._logged_out, sockets)
        Pages(self._place.dist).add_to(app)
        self._metrics.watch("talks", "Running talks.", lambda: float(self.talks))
        self._metrics.watch("ends", "Connected kiosks and desks.", lambda: float(len(self._outbound)))
        self._metrics.watch("recording_disk_free", "Free part of the disk with most room for recordings, 0 to 1.", lambda: self._seals.free)
        self._metrics.watch("handovers_waiting", "Decided cases that their home's own system has not acknowledged.", lambda: float(self._handing_over.waiting))
        self._metrics.watch("node_up", "Whether a media node serves.", lambda: float(self._node.is_up))
        return app

    def origin_allowed(self, request: web.Request) -> bool:
        """Whether a page may do what this request does: its origin is known, and a browser that says more says the same."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        return origin_allowed(request.headers.get("Origin"), request.host, self._origins)

    def _tls(self) -> ssl.SSLContext | None:
        server = self._settings.server
        if server.tls_self_signed:
            folder = self._place.data / "tls"
            local_tls.make(folder, own_names(server.bind), self._clock.now())
            return local_tls.context(folder / "server.crt", folder / "server.key")
        if server.tls_certificate:
            return local_tls.context(Path(server.tls_certificate), Path(server.tls_key))
        return None

    def _logged_out(self, sockets: Sockets, person: Actor) -> None:
        connection = self._outbound.connection(who_is(person))
        if connection is not None:
            sockets.send_away(connection, "logged-out", "you have logged out")

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _serve_ca(self, request: web.Request) -> web.Response:
        """The local authority's certificate, for the second machine of a trial."""
        file = self._place.data / "tls" / "ca.crt"
        if not self._settings.server.tls_self_signed or not file.is_file():
            raise web.HTTPNotFound(text="not found")
        return web.Response(body=file.read_bytes(), content_type="application/x-x509-ca-cert")

    # --- api.ports.Condition --------------------------------------------------------------------

    async def ready(self) -> Ready:
        store, node, draining = await self._store.reachable(), self._node.is_up, self._office.visits.draining
        return Ready(ready=store and node and not draining, store=store, node=node, draining=draining, handovers_waiting=self._handing_over.waiting)


def policy_of(settings: Settings) -> SessionPolicy:
    """The machine's numbers, in seconds."""
    s, r = settings.session, settings.recording
    return SessionPolicy(
        ring=s.ring_seconds, clerk_grace=s.clerk_grace_seconds, resident_grace=s.resident_grace_seconds,
        waiting_grace=s.resident_grace_seconds, parked=s.parked_minutes * 60, wrap_up=s.wrap_up_minutes * 60,
        recording_late=r.late_seconds, recording_again_late=3 * r.late_seconds, suspension=r.suspension_seconds, answer=s.answer_seconds, page=s.page_seconds, signature=s.signature_seconds,
    )


def node_arguments(settings: Settings) -> list[str]:
    """The node's command line out of [media]."""
    m = settings.media
    arguments = ["--port-range", f"{m.port_min}-{m.port_max}",
                 "--idle-minutes", str(m.idle_minutes)]
    if m.addresses:
        arguments += ["--addresses", ",".join(m.addresses)]
    if m.public_address:
        arguments += ["--public-address", m.public_address]
    if m.allow_loopback:
        arguments.append("--allow-loopback")
    return arguments


def _json(body: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return web.json_response(body)

    return handle

"""The media half of a talk: offers go to the node with the right epoch, the node's news comes back as events and messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Literal

from structlog.typing import FilteringBoundLogger

from media import node_api
from media.choice import choose_published
from media.sdp import BadSdp, read_offer
from signaling.domain.control import FORM, Used
from signaling.domain.events import ConnectionOffered, ControlUsed, NodeLost, RecordingBroke, RecordingMended
from signaling.domain.permissions import Actor, end_of, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import ENDS, SOURCES, AnyState, InSession, Talk, talk_of
from signaling.office.floor import Floor
from signaling.office.nodes import News, NodeNews
from signaling.office.ports import MediaNodes, NodeRefused, Post
from signaling.office.views import is_held
from signaling.wire.control import ControlReported, Operate, OperateNow, ReportControl
from signaling.wire.pointing import Point, Pointed, PointedInForm, PointInForm
from signaling.wire.replies import LineQuality, MediaAnswer
from signaling.wire.talk import IceCandidates, PublishOffer, SubscribeOffer

Level = Literal["good", "degraded", "lost"]


class Talks(NodeNews):
    """Offers, candidates, and what nodes report. `journal` takes the lines of recordings."""

    def __init__(
        self, floor: Floor, nodes: MediaNodes, post: Post, journal: Callable[[node_api.JournalLine], None], log: FilteringBoundLogger
    ) -> None:
        self._floor = floor
        self._journal = journal
        self._nodes = nodes
        self._post = post
        self._log = log

    # --- from the ends --------------------------------------------------------------------------

    async def publish(self, actor: Actor, offer: PublishOffer) -> MediaAnswer:
        """The answer for a publish connection; a new connection begins the end's next epoch, on the record before it is answered.

        Raises `not-now` outside a talk, `stale-epoch`, `bad-sdp`, `media-away`.
        """
        talk = self._talk(actor, offer.session, "publish-offer")
        end = end_of(actor)
        try:
            choose_published(read_offer(offer.sdp), offer.sources)
        except BadSdp as bad:  # before the epoch is counted: what is refused changes nothing
            raise NotNow(str(bad), code="bad-sdp", path="$.sdp") from bad
        if offer.epoch is None:
            state = await self._floor.happen(actor, offer.session, "publish-offer", ConnectionOffered(end), offer.id)
            talk = _talk_in(state)
        elif offer.epoch != talk.epoch(end):
            raise NotNow(f"the connection's epoch is {talk.epoch(end)}", code="stale-epoch", path="$.epoch")
        epoch = talk.epoch(end)
        try:
            sdp = await self._nodes.publish(talk.room, end, epoch, offer.sdp, offer.sources)
        except NodeRefused as refused:
            raise _refusal(refused, "$.sdp") from refused
        return MediaAnswer(offer.id, epoch, sdp)

    async def subscribe(self, actor: Actor, offer: SubscribeOffer) -> MediaAnswer:
        """The answer for a subscribe connection. Raises `not-now`, `bad-sdp`, `media-away`, `unknown-participant`."""
        talk = self._talk(actor, offer.session, "subscribe-offer")
        _check_readable(offer.sdp)
        end = end_of(actor)
        wants = [node_api.Wanted(want.mid, want.participant, want.source) for want in offer.wants]
        for index, want in enumerate(wants):
            if want.participant not in ("resident", "clerk") or want.participant == end:
                raise Refusal("unknown-participant", path=f"$.wants[{index}].participant")
        try:
            sdp = await self._nodes.subscribe(talk.room, end, offer.sdp, wants, fresh=offer.fresh)
        except NodeRefused as refused:
            raise _refusal(refused, "$.sdp") from refused
        return MediaAnswer(offer.id, max(1, talk.epoch(end)), sdp)

    async def candidates(self, actor: Actor, found: IceCandidates) -> None:
        """Candidates after the offer."""
        talk = self._talk(actor, found.session, "ice-candidates")
        try:
            await self._nodes.add_candidates(talk.room, end_of(actor), found.connection, found.candidates)
        except NodeRefused as refused:
            raise _refusal(refused, "$.candidates") from refused

    def point(self, actor: Actor, pointing: Point) -> None:
        """Passed on to the other end, now or never: what is pointed at in this moment is of no use in the next. Raises `not-now` outside of
        a talk and on hold."""
        state = self._floor.state(pointing.session)
        may(actor, "point", state)
        if not isinstance(state, InSession) or pointing.participant not in ENDS:
            raise NotNow("nobody looks at anything together")
        by = end_of(actor)
        passed_on = Pointed(pointing.session, by, pointing.participant, pointing.source, pointing.stroke, pointing.spots, pointing.ended)
        if by == "clerk":
            self._post.to_kiosk(state.talk.ticket.kiosk, passed_on)
        else:
            self._post.to_clerk(state.talk.clerk, passed_on)

    def point_in_form(self, actor: Actor, pointing: PointInForm) -> None:
        """The same over the form that lies on the table. Raises `no-form`."""
        state = self._floor.state(pointing.session)
        may(actor, "point-in-form", state)
        form = state.talk.file.form if isinstance(state, InSession) else None
        if not isinstance(state, InSession) or form is None or not form.laid:
            raise NotNow("no form lies on the table", code="no-form")
        passed_on = PointedInForm(pointing.session, end_of(actor), pointing.field, pointing.stroke, pointing.spots, pointing.ended)
        if end_of(actor) == "clerk":
            self._post.to_kiosk(state.talk.ticket.kiosk, passed_on)
        else:
            self._post.to_clerk(state.talk.clerk, passed_on)

    def operate(self, clerk: Actor, asked: Operate) -> None:
        """Passed on to the kiosk, whose desktop decides. Raises `no-grant`, `view-only`."""
        state = self._floor.state(asked.session)
        may(clerk, "operate", state)
        grant = state.grant if isinstance(state, InSession) else None
        if not isinstance(state, InSession) or grant is None or grant.id != asked.grant or grant.scope == FORM:
            raise NotNow("no window may be operated", code="no-grant")
        if grant.level != "control":
            raise NotNow("the resident lets it be seen, not operated", code="view-only")
        self._post.to_kiosk(state.talk.ticket.kiosk, OperateNow(asked.session, grant.id, asked.action))

    async def report(self, kiosk: Actor, told: ReportControl) -> None:
        """What was done under a grant: on the record, and then shown to the clerk. Raises `no-grant`."""
        lines = tuple(Used(line.did, line.field, line.count, line.code) for line in told.lines)
        state = await self._floor.happen(kiosk, told.session, "report-control", ControlUsed(told.grant, lines), told.id)
        talk = talk_of(state) if state is not None else None
        if talk is not None:
            self._post.to_clerk(talk.clerk, ControlReported(told.session, told.grant, told.lines))

    def _talk(self, actor: Actor, session: str, action: str) -> Talk:
        state = self._floor.state(session)
        may(actor, action, state)
        return _talk_in(state)

    # --- from the node --------------------------------------------------------------------------

    def node_up(self, rooms: Sequence[node_api.RoomState]) -> None:
        """Compare what runs with what should: a talk without its room gets a fresh one, a room without its talk is closed."""
        standing = {room.room for room in rooms}
        wanted: set[str] = set()
        for state in list(self._floor.states):
            talk = talk_of(state)
            if talk is None:
                continue
            wanted.add(talk.room)
            if talk.room in standing:
                self._stand_as(talk, held=is_held(state))
                self._floor.tell(talk.ticket.session, RecordingMended())  # a node whose recording is broken says so next
                self._tell_quality(talk, "good", "node-back")
            else:
                self._floor.tell(talk.ticket.session, NodeLost(talk.generation))
        for room in sorted(standing - wanted):
            self._nodes.close_room(room)

    def node_down(self) -> None:
        """The ends hear of it at once; whether the node died or only our line broke, the next `node_up` shows."""
        for state in list(self._floor.states):
            talk = talk_of(state)
            if talk is not None:
                self._tell_quality(talk, "degraded", "node-line")

    def node_says(self, news: News) -> None:
        match news:
            case node_api.JournalLine():
                self._journal(news)
            case node_api.RecordingState(ok, reason):
                self._recording(ok=ok, reason=reason)
            case node_api.LineChanged(room, participant, _, _, level, silent):
                self._tell_participant(room, participant, level, f"silent-{silent:.0f}s" if level != "good" else "back")
            case node_api.OfferWanted(room, participant):
                self._tell_participant(room, participant, "lost", "offer-again")
            case node_api.RoomClosed(room, reason):
                self._log.warning("node-closed-room", room=room, reason=reason)
                for state in list(self._floor.states):
                    talk = talk_of(state)
                    if talk is not None and talk.room == room:
                        self._floor.tell(talk.ticket.session, NodeLost(talk.generation))
            case node_api.ConnectionUp(room, participant, connection, epoch):
                self._log.info("connection-up", room=room, participant=participant, connection=connection, epoch=epoch)
                self._tell_participant(room, participant, "good", "back")  # after a rebuilt connection nothing else says so

    def _recording(self, *, ok: bool, reason: str) -> None:
        """The node's disk or writer fails, or is good again: every light tells it."""
        self._log.log(logging.INFO if ok else logging.ERROR, "recording-state", ok=ok, reason=reason)
        for talk in self._floor.running:
            self._floor.tell(talk.ticket.session, RecordingMended() if ok else RecordingBroke(reason))

    def _stand_as(self, talk: Talk, *, held: bool) -> None:
        """Tell a room that was found running how the talk stands, off and on alike: either may have changed while the line was down."""
        recording = talk.recording
        self._nodes.record(talk.room, talk.ticket.session, recording.origin, talk.ticket.home, talk.ticket.sealed_to.key)
        self._nodes.set_suspended(talk.room, recording.suspended is not None)
        self._nodes.set_hold(talk.room, held)
        for end in ENDS:
            for source in SOURCES:
                self._nodes.set_source_on(talk.room, end, source, (end, source) in talk.on)

    def _tell_participant(self, room: str, participant: str, level: Level, reason: str) -> None:
        for state in list(self._floor.states):
            talk = talk_of(state)
            if talk is not None and talk.room == room:
                self._send_quality(talk, participant, level, reason)

    def _tell_quality(self, talk: Talk, level: Level, reason: str) -> None:
        for participant in ("resident", "clerk"):
            self._send_quality(talk, participant, level, reason)

    def _send_quality(self, talk: Talk, participant: str, level: Level, reason: str) -> None:
        message = LineQuality(talk.ticket.session, participant, level, reason)
        self._post.to_kiosk(talk.ticket.kiosk, message)
        self._post.to_clerk(talk.clerk, message)


def _talk_in(state: AnyState | None) -> Talk:
    talk = talk_of(state) if state is not None else None
    if talk is None:
        raise NotNow("nobody talks in this session")
    return talk


def _check_readable(sdp: str) -> None:
    """By the node's own reading, before an epoch begins that no connection would ever have."""
    try:
        read_offer(sdp)
    except BadSdp as bad:
        raise Refusal("bad-sdp", str(bad), "$.sdp") from None


def _refusal(refused: NodeRefused, path: str) -> NotNow:
    """In the wire's codes: either the offer is wrong or late, or, whatever the reason, no node can take it now."""
    if refused.code in ("bad-sdp", "stale-epoch"):
        return NotNow(str(refused), code=refused.code, path=path)
    return NotNow(str(refused), code="media-away")

"""The media half of a talk: which epoch an offer gets, what a node's word means, and that a room stands as its talk does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from media import node_api
from signaling.domain.permissions import Actor
from signaling.domain.states import talk_of
from signaling.wire import desk, talk
from signaling.wire.desk import Hold
from signaling.wire.pointing import Point, Pointed, Spot
from signaling.wire.replies import LineQuality, MediaAnswer
from tests.signaling.office.world import SDP, Town, request


def publish(session: str, epoch: int | None = None, sdp: str = SDP) -> talk.PublishOffer:
    return talk.PublishOffer(request(), session, sdp, {"0": "microphone", "1": "camera"}, epoch)


def subscribe(session: str, participant: str, fresh: bool = True) -> talk.SubscribeOffer:
    return talk.SubscribeOffer(request(), session, SDP, [talk.Want("0", participant, "camera")], fresh)


def orders(town: Town, *kinds: str) -> list[tuple[Any, ...]]:
    return [order for order in town.node.orders if order[0] in kinds]


def qualities(town: Town, who: str) -> list[tuple[str, str, str]]:
    return [(m.participant, m.level, m.reason) for to, m in town.mail.sent if to == who and isinstance(m, LineQuality)]


def generation(town: Town, session: str) -> int:
    state = town.office.floor.state(session)
    running = talk_of(state) if state is not None else None
    assert running is not None
    return running.generation


# --- offers ---------------------------------------------------------------------------------------


async def test_each_end_counts_its_own_connections_and_the_ledger_knows_each() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        answers = [await town.does(who, publish(session)) for who in (kiosk, kiosk, li)]
        assert [answer.epoch for answer in answers] == [1, 2, 1]
        assert [answer.sdp for answer in answers] == [f"answer to {SDP}"] * 3
        room = f"{session}.1"
        assert orders(town, "publish") == [("publish", room, "resident", 1), ("publish", room, "resident", 2), ("publish", room, "clerk", 1)]
        assert (await town.ledger(session)).count("connection") == 3


async def test_two_offers_at_once_get_two_epochs_in_their_order() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        first, second = await asyncio.gather(*(town.inbound.handle(kiosk, publish(session)) for _ in range(2)))
        assert isinstance(first, MediaAnswer) and isinstance(second, MediaAnswer)
        assert (first.epoch, second.epoch) == (1, 2)
        assert [order[-1] for order in orders(town, "publish")] == [1, 2]


async def test_a_renegotiation_names_its_epoch_and_begins_none() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        await town.does(kiosk, publish(session))
        assert (await town.does(kiosk, publish(session, epoch=1))).epoch == 1
        assert (await town.ledger(session)).count("connection") == 1
        for stale in (2, 7):
            refused = await town.refuses(kiosk, publish(session, epoch=stale))
            assert (refused.code, refused.path) == ("stale-epoch", "$.epoch")


async def test_an_offer_that_is_repeated_begins_no_second_epoch() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        offer = publish(session)
        first, second = await town.does(kiosk, offer), await town.does(kiosk, offer)
        assert (first.epoch, second.epoch) == (1, 1)
        assert (await town.ledger(session)).count("connection") == 1


async def test_a_new_connection_shares_nothing_until_it_is_asked_anew_and_the_node_hears_of_it() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        await town.does(li, talk.SetSource(request(), session, "screen", on=True))
        await town.does(li, talk.SetSource(request(), session, "camera", on=False))
        await town.does(li, publish(session))
        room = f"{session}.1"
        assert orders(town, "source")[-3:] == [
            ("source", room, "clerk", "screen", True), ("source", room, "clerk", "camera", False), ("source", room, "clerk", "screen", False),
        ]  # fmt: skip


async def test_one_subscribes_to_the_others_and_to_nobody_else() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(kiosk, subscribe(session, "clerk"))
        await town.does(li, subscribe(session, "resident", fresh=False))
        assert orders(town, "subscribe") == [
            ("subscribe", f"{session}.1", "resident", [("clerk", "camera")]), ("subscribe", f"{session}.1", "clerk", [("resident", "camera")]),
        ]  # fmt: skip
        for who, wanted in ((kiosk, "resident"), (li, "clerk"), (kiosk, "supervisor")):
            refused = await town.refuses(who, subscribe(session, wanted))
            assert (refused.code, refused.path) == ("unknown-participant", "$.wants[0].participant")


async def test_candidates_go_to_the_right_connection() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        await town.does(kiosk, talk.IceCandidates(request(), session, "subscribe", ["candidate:1"]))
        assert orders(town, "candidates") == [("candidates", f"{session}.1", "resident", "subscribe", ["candidate:1"])]


@pytest.mark.parametrize(
    ("said", "code"),
    [("bad-sdp", "bad-sdp"), ("stale-epoch", "stale-epoch"), ("no-node", "media-away"), ("unknown-room", "media-away"),
     ("too-many", "media-away"), ("draining", "media-away"), ("internal", "media-away")],
)  # fmt: skip
async def test_what_a_node_refuses_is_told_in_the_codes_of_the_wire(said: str, code: str) -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        town.node.refuse = said
        for message in (publish(session), subscribe(session, "clerk"), talk.IceCandidates(request(), session, "publish", ["c"])):
            with pytest.raises(Exception, match=said) as refused:
                await town.inbound.handle(kiosk, message)
            assert getattr(refused.value, "code", None) == code
        assert town.state(session) == "InSession"


BAD_OFFERS = {
    "nothing of SDP": "hello",
    "huge": "v=0\r\n" + "a=x:" + "x" * 47_000,
    "too many m-lines": SDP + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 30,
    "too many candidates": SDP + "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n" * 200,
    "no fingerprint": SDP.replace("a=fingerprint", "a=x-fingerprint"),
    "a weak fingerprint": SDP.replace("sha-256", "sha-1"),
    "no ice": SDP.replace("a=ice-pwd", "a=x-ice-pwd"),
    "twice the same mid": SDP.replace("a=mid:1", "a=mid:0"),
    "only line ends": "\r\n" * 20_000,
}


@pytest.mark.parametrize("offer", BAD_OFFERS.values(), ids=BAD_OFFERS)
async def test_an_offer_that_cannot_be_read_begins_no_epoch_and_never_reaches_the_node(offer: str) -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        town.node.orders.clear()
        for message in (publish(session, sdp=offer), talk.SubscribeOffer(request(), session, offer, [talk.Want("0", "clerk", "camera")])):
            refused = await town.refuses(kiosk, message)
            assert (refused.code, refused.path) == ("bad-sdp", "$.sdp")
        assert town.node.orders == []
        assert (await town.does(kiosk, publish(session))).epoch == 1


async def test_nobody_negotiates_outside_a_talk_or_in_somebody_elses() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        other, wu = await town.kiosk_comes(2), await town.clerk_comes("wu", 2)
        hu = await town.clerk_comes("hu", 1, home="pinghu")
        offers = (lambda: publish(session), lambda: subscribe(session, "clerk"), lambda: talk.IceCandidates(request(), session, "publish", []),
                  lambda: talk.SetSource(request(), session, "camera", on=False), lambda: talk.ReportFirstFrame(request(), session, "clerk", 5))  # fmt: skip
        for offer in offers:
            assert (await town.refuses(other, offer())).code == "unknown-session"
            assert (await town.refuses(hu, offer())).code == "unknown-session"
            assert (await town.refuses(wu, offer())).code == "not-now"
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        for offer in offers[:4]:
            assert (await town.refuses(kiosk, offer())).code == "not-now"
        assert not orders(town, "publish", "subscribe", "candidates")


async def test_the_first_picture_is_measured_once_it_is_reported() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(kiosk, talk.ReportFirstFrame(request(), session, "clerk", 850))
        await town.does(li, talk.ReportFirstFrame(request(), session, "resident", 1200))
        assert town.first_frames == [("resident", 0.85), ("clerk", 1.2)]


# --- the node's news ------------------------------------------------------------------------------


def standing(room: str, held: bool = False) -> node_api.RoomState:
    return node_api.RoomState(room, held, {})


async def test_a_node_without_the_room_is_given_a_fresh_one_as_the_talk_stands() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(kiosk, talk.SetSource(request(), session, "microphone", on=False))
        await town.does(li, desk.Hold(request(), session))
        town.node.orders.clear()
        town.office.talks.node_up([])
        await town.settle()
        assert generation(town, session) == 2
        assert town.node.orders[:2] == [("close", f"{session}.1"), ("open", f"{session}.2")]
        assert ("hold", f"{session}.2", True) in town.node.orders
        assert ("source", f"{session}.2", "resident", "microphone", False) in town.node.orders
        shown = town.mail.desk["li"].talk
        assert shown is not None and (shown.room, shown.held) == (f"{session}.2", True)


async def test_a_node_that_runs_on_is_told_how_the_talk_stands_off_and_on_alike() -> None:
    """What was switched while the line was down is told to a room that has not heard of it, mute and unmute."""
    async with Town() as town:
        kiosk, _, session = await town.talk()
        await town.does(kiosk, talk.SetSource(request(), session, "camera", on=False))
        town.office.talks.node_down()
        town.node.orders.clear()
        await town.does(kiosk, talk.SetSource(request(), session, "camera", on=True))
        await town.does(kiosk, talk.SetSource(request(), session, "microphone", on=False))
        town.node.orders.clear()
        room = f"{session}.1"
        town.office.talks.node_up([standing(room, held=True)])
        await town.settle()
        assert generation(town, session) == 1
        assert ("hold", room, False) in town.node.orders
        told = {order[2:4]: order[4] for order in orders(town, "source")}
        assert {key for key, on in told.items() if on} == {("resident", "camera"), ("clerk", "microphone"), ("clerk", "camera")}
        assert len(told) == 8


async def test_a_room_without_a_talk_is_closed() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        town.node.orders.clear()
        town.office.talks.node_up([standing("gone.1"), standing(f"{session}.1"), standing("gone.2")])
        await town.settle()
        assert orders(town, "close") == [("close", "gone.1"), ("close", "gone.2")]
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        town.node.orders.clear()
        town.office.talks.node_up([standing(f"{session}.1")])
        assert town.node.orders == [("close", f"{session}.1")]


async def test_a_room_that_the_node_closed_by_itself_is_opened_anew_once() -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        for _ in range(2):
            town.office.talks.node_says(node_api.RoomClosed(f"{session}.1", "a fault"))
        town.office.talks.node_says(node_api.RoomClosed("nobody.1", "a fault"))
        await town.settle()
        assert generation(town, session) == 2
        assert (await town.ledger(session)).count("node-lost") == 1


async def test_a_lost_line_of_the_node_is_shown_to_both_at_once_and_its_return_too() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        town.office.talks.node_down()
        town.office.talks.node_up([standing(f"{session}.1")])
        for who in (kiosk.id, "li"):
            assert qualities(town, who) == [
                (end, level, reason) for level, reason in (("degraded", "node-line"), ("good", "node-back")) for end in ("resident", "clerk")
            ]


async def test_the_nodes_word_about_one_line_reaches_both_ends_of_that_talk_only() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        other = await town.kiosk_comes(2)
        room = f"{session}.1"
        says = town.office.talks.node_says
        says(node_api.LineChanged(room, "resident", "publish", 1, "degraded", 2.1))
        says(node_api.LineChanged(room, "resident", "publish", 1, "good", 0.0))
        says(node_api.OfferWanted(room, "clerk", "subscribe", 1))
        says(node_api.LineChanged("another.1", "resident", "publish", 1, "lost", 5.0))
        says(node_api.ConnectionUp(room, "clerk", "publish", 1))
        expected = [("resident", "degraded", "silent-2s"), ("resident", "good", "back"), ("clerk", "lost", "offer-again"), ("clerk", "good", "back")]
        assert qualities(town, kiosk.id) == qualities(town, "li") == expected
        assert qualities(town, other.id) == []


async def test_without_the_consent_to_be_recorded_there_is_no_media() -> None:
    import msgspec

    from signaling.domain.refusals import NotAllowed
    from signaling.domain.states import Consent, InSession

    async with Town() as town:
        kiosk, _, session = await town.talk()
        state = town.office.floor.state(session)
        assert isinstance(state, InSession)
        ticket = msgspec.structs.replace(state.talk.ticket, consents=(Consent("recording", "2026-01-01", "zh-CN", False),))
        unrecorded = InSession(msgspec.structs.replace(state.talk, ticket=ticket))
        town.office.floor.state = lambda session: unrecorded  # type: ignore[method-assign] # as if it had been stored so
        with pytest.raises(NotAllowed) as refused:
            await town.inbound.handle(Actor("kiosk", kiosk.id, "haiyan"), subscribe(session, "clerk"))
        assert refused.value.code == "consent-needed"
        assert not orders(town, "subscribe")


# --- pointing -------------------------------------------------------------------------------------


def pointing(session: str, participant: str = "clerk") -> Point:
    return Point(id=request(), session=session, participant=participant, source="screen", stroke=7, spots=[Spot(0, 10_000), Spot(5000, 5000)], ended=False)


async def test_a_stroke_goes_to_the_other_end_and_nowhere_else() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        before = await town.facts()
        for who, other, by in ((li, kiosk.id, "clerk"), (kiosk, "li", "resident")):
            sent = len(town.mail.sent)
            await town.does(who, pointing(session))
            (to, pointed) = town.mail.sent[sent]
            assert to == other and isinstance(pointed, Pointed)
            assert (pointed.by, pointed.participant, pointed.source, pointed.stroke, pointed.spots) == (by, "clerk", "screen", 7, [Spot(0, 10_000), Spot(5000, 5000)])
        assert await town.facts() == before, "it is written down nowhere"


async def test_on_hold_and_about_nobody_nothing_is_pointed_at() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        assert (await town.refuses(li, pointing(session, "helper"))).code == "not-now"
        await town.does(li, Hold(request(), session))
        for who in (kiosk, li):
            assert (await town.refuses(who, pointing(session))).code == "not-now"

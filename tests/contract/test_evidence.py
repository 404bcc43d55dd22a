"""What every store of evidence promises of ledgers, journals, heads and incidents, whatever it keeps them in."""

from __future__ import annotations

import asyncio
import random

import pytest

from recordings import heads
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, Event, HoldBegan, HoldEnded, RecordingBroke, ResidentLeft, WrapUpCompleted
from signaling.office.evidence_ports import Evidence, Fact, KeptHead, Standing
from signaling.office.ports import BY_ITSELF, Cause, Conflict, Stored
from tests.contract.conftest import AnyStore
from tests.contract.evidence import KEYS, LIFE, bodies, byte, closed, head, rec, segment, signed, talked, what
from tests.contract.visits import KIOSK, T0, moved, opened, rung_by

LI = Cause("clerk:li")


def test_they_fit_the_port(store: AnyStore) -> None:
    port: Evidence = store.evidence
    assert port is store.evidence


# --- a writer's journal ---------------------------------------------------------------------------


async def test_lines_are_entered_as_the_writers(store: AnyStore) -> None:
    before = await opened(store, "session-1")
    assert await store.evidence.keep(LIFE, [Fact(1), byte(2), segment(3)], T0 + 5) == frozenset()
    entries = (await store.evidence.ledger_of("session-1"))[3:]
    assert [(e.seq, e.what, e.actor, e.at) for e in entries] == [
        (4, "rec-first-byte", f"writer:{LIFE}", "2026-11-23T02:00:05.000Z"), (5, "rec-segment", f"writer:{LIFE}", "2026-11-23T02:00:05.000Z"),
    ]  # fmt: skip
    assert dict(entries[0].body) == {"publication": "resident.camera", "epoch": 1, "at": 200}
    assert await store.evidence.session("session-1") == before, "a line of a journal is no step of the session"
    assert (await moved(store, before, ResidentLeft(), cause=KIOSK)).version == 2


async def test_of_a_ledger_those_are_had_that_are_called_so(store: AnyStore) -> None:
    await opened(store, "session-1")
    await opened(store, "session-2")
    for session in ("session-1", "session-2"):
        await store.evidence.note(session, [Enter("paper-received", {"copies": n}) for n in (1, 2)] + [Enter("viewed", {})], T0, "helper:zhang")
    all_of_it = await store.evidence.ledger_of("session-1")
    for named in (["paper-received", "viewed"], {"paper-received"}, ("ticket-taken", "no-such-entry"), []):
        assert await store.evidence.entries_of("session-1", named) == [entry for entry in all_of_it if entry.what in named]
    assert [e.body["copies"] for e in await store.evidence.entries_of("session-1", ["paper-received"])] == [1, 2]
    assert await store.evidence.entries_of("no-such-session", ["paper-received"]) == []


async def test_what_comes_in_at_a_window_after_the_close_is_evidence_that_both_have_yet_to_sign(store: AnyStore) -> None:
    await closed(store)
    upto = len(await store.ledger_of("session-1"))
    await signed(store, "home", "jinshan", upto=upto)
    await signed(store, "host", "haiyan", upto=upto)
    assert await store.evidence.unattended() == []
    for late in ("paper-handed-out", "receipt-looked-up"):
        await store.evidence.note("session-1", [Enter(late, {})], T0 + 86_400, "helper:zhang")
    assert await store.evidence.unattended() == []
    for late in ("paper-received", "outcome-delivered"):
        await store.evidence.note("session-1", [Enter(late, {})], T0 + 86_400, "clerk:qian")
        (standing,) = await store.evidence.unattended()
        assert standing.evidence == len(await store.evidence.ledger_of("session-1"))


async def test_lines_told_again_are_entered_once_and_new_ones_among_them_too(store: AnyStore) -> None:
    await opened(store, "session-1")
    for upto in (1, 3, 2, 5, 5):
        await store.evidence.keep(LIFE, [byte(n) for n in range(1, upto + 1)], T0)
    assert await rec(store) == [100, 200, 300, 400, 500]
    await store.evidence.keep("f" * 16, [byte(n, at=n) for n in (1, 2)], T0)
    assert await rec(store) == [100, 200, 300, 400, 500, 1, 2], "another life counts by itself"
    assert await store.evidence.keep(LIFE, [], T0) == frozenset()


async def test_lines_that_stand_twice_in_one_call_are_entered_once(store: AnyStore) -> None:
    await opened(store, "session-1")
    await store.evidence.keep(LIFE, [byte(n) for n in (1, 2, 3, 1, 2, 3)], T0)
    assert await rec(store) == [100, 200, 300]


async def test_a_call_that_ends_with_old_lines_forgets_no_newer_one(store: AnyStore) -> None:
    await opened(store, "session-1")
    await store.evidence.keep(LIFE, [byte(n) for n in (1, 2, 3, 1)], T0)
    await store.evidence.keep(LIFE, [byte(n) for n in (2, 3, 4)], T0)
    assert await rec(store) == [100, 200, 300, 400]


async def test_sessions_that_nobody_knows_are_named_and_the_others_entered(store: AnyStore) -> None:
    await opened(store, "session-1")
    strangers = await store.evidence.keep(LIFE, [byte(1, "session-8"), byte(2), byte(3, "session-9")], T0)
    assert strangers == {"session-8", "session-9"}
    assert await rec(store) == [200]
    assert await store.evidence.ledger_of("session-8") == [] and await store.evidence.session("session-8") is None


@pytest.mark.parametrize("bad", [Fact(2, "session-2", "Not a kind", {}), Fact(2, "session-2", "rec-gap", {"姓名": 1}), Fact(2, "session-2", "rec-gap", {"n": 2**60})])
async def test_a_line_that_cannot_be_entered_stops_them_all(store: AnyStore, bad: Fact) -> None:
    """All or none: what was entered of a refused call would be entered twice when it is made again."""
    await opened(store, "session-1")
    await opened(store, "session-2")
    with pytest.raises(ValueError):
        await store.evidence.keep(LIFE, [byte(1), bad, byte(3, "session-2")], T0)
    assert await rec(store) == [] == await rec(store, "session-2")
    await store.evidence.keep(LIFE, [byte(1), byte(3, "session-2")], T0)
    assert (await rec(store), await rec(store, "session-2")) == ([100], [300])


async def test_the_same_lines_told_eight_times_at_once_are_entered_once(store: AnyStore) -> None:
    await opened(store, "session-1")
    await opened(store, "session-2")
    facts = [byte(n, f"session-{1 + n % 2}") for n in range(1, 21)]
    await asyncio.gather(*(store.evidence.keep(LIFE, facts, T0) for _ in range(8)))
    assert sorted([*await rec(store), *await rec(store, "session-2")]) == [n * 100 for n in range(1, 21)]


async def test_lines_and_steps_at_once_leave_one_chain_with_all_of_them(store: AnyStore) -> None:
    stored = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    held: tuple[Event, Event] = (HoldBegan(), HoldEnded())

    async def steps() -> None:
        nonlocal stored
        for n in range(40):
            stored = await moved(store, stored, held[n % 2], cause=BY_ITSELF)

    async def lines(life: str) -> None:
        for n in range(1, 41):
            await store.evidence.keep(life, [byte(n)], T0)

    async def notes() -> None:
        for n in range(40):
            await store.evidence.note("session-1", [Enter("noted", {"n": n})], T0, "server")

    await asyncio.gather(steps(), lines("a" * 16), lines("b" * 16), notes())
    names = await what(store)
    assert stored.version == 42
    assert {name: names.count(name) for name in ("hold-began", "hold-ended", "rec-first-byte", "noted")} == {
        "hold-began": 20, "hold-ended": 20, "rec-first-byte": 80, "noted": 40,
    }  # fmt: skip


async def test_what_is_no_step_can_be_appended_to_a_known_session(store: AnyStore) -> None:
    await talked(store)
    await store.evidence.note("session-1", [Enter("recording-complete", {"missing": []}), Enter("viewed")], T0 + 5, "server")
    entries = await store.evidence.ledger_of("session-1")
    assert [(e.what, e.actor, e.at) for e in entries[-2:]] == [(w, "server", "2026-11-23T02:00:05.000Z") for w in ("recording-complete", "viewed")]
    with pytest.raises(Conflict):
        await store.evidence.note("session-9", [Enter("viewed")], T0, "server")


# --- heads ----------------------------------------------------------------------------------------


async def test_a_head_is_kept_with_its_entry(store: AnyStore) -> None:
    await talked(store)
    home = await signed(store)
    host = await signed(store, "host", "haiyan", upto=home.seq)
    again = await signed(store)
    assert await store.evidence.heads_of("session-1") == [home, host, again]
    for kept in (home, host):
        assert heads.verify(kept.record, KEYS[kept.by].public_key().public_bytes_raw()).head.seq == kept.seq
    said = bodies(await store.ledger_of("session-1"), "head-signed")
    assert [(body["by"], body["seq"]) for body in said] == [("jinshan", home.seq), ("haiyan", home.seq), ("jinshan", home.seq + 2)]
    assert await store.evidence.heads_of("session-9") == []


async def test_a_head_that_is_there_changes_nothing(store: AnyStore) -> None:
    await talked(store)
    kept, entry = await head(store)
    other = KeptHead(kept.session, kept.seq, kept.role, kept.by, b"{}", "AAAAA-AAAAA")
    for each in (kept, kept, other):
        await store.evidence.add_head(each, entry, T0)
    await asyncio.gather(*(store.evidence.add_head(each, entry, T0) for each in (kept, other) * 8))
    assert await store.evidence.heads_of("session-1") == [kept]
    assert (await what(store)).count("head-signed") == 1
    assert await store.evidence.session_of_code("AAAAA-AAAAA") is None


async def test_a_head_that_comes_eight_times_at_once_is_kept_once(store: AnyStore) -> None:
    await talked(store)
    kept, entry = await head(store)
    await asyncio.gather(*(store.evidence.add_head(kept, entry, T0) for _ in range(8)))
    assert await store.evidence.heads_of("session-1") == [kept]
    assert (await what(store)).count("head-signed") == 1


async def test_a_session_that_nobody_knows_gets_no_head(store: AnyStore) -> None:
    await talked(store)
    kept, entry = await head(store)
    with pytest.raises(Conflict):
        await store.evidence.add_head(KeptHead("session-9", kept.seq, kept.role, kept.by, kept.record, kept.code), entry, T0)


async def test_a_short_code_leads_to_its_session(store: AnyStore) -> None:
    for number, clerk in enumerate(("li", "chen"), 1):
        await talked(store, f"session-{number}", clerk=clerk)
        kept = await signed(store, session=f"session-{number}")
        await signed(store, "host", "haiyan", f"session-{number}", kept.seq)
        assert await store.evidence.session_of_code(str(kept.code)) == f"session-{number}"
    assert await store.evidence.session_of_code("22222-22222") is None
    assert await store.evidence.session_of_code("") is None


# --- what is to be signed -------------------------------------------------------------------------


async def test_a_session_waits_for_signatures_from_the_end_of_its_talk_until_both_have_signed_the_end_of_the_visit(store: AnyStore) -> None:
    async def waits() -> list[Standing]:
        return await store.evidence.unattended()

    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    await store.evidence.keep(LIFE, [byte(1)], T0)
    assert await waits() == [], "nobody signs while they talk"
    over = await moved(store, talking, ClerkEnded("accepted"), cause=LI)
    end = (await what(store)).index("talk-ended") + 1
    assert await waits() == [Standing("session-1", end, 0, 0)]
    home = await signed(store)
    assert await waits() == [Standing("session-1", end, home.seq, 0)]
    await signed(store, "host", "haiyan", upto=home.seq)
    assert await waits() == [], "that a head was signed needs no signature"
    await store.evidence.keep(LIFE, [segment(2)], T0)
    assert [(s.evidence > s.home, s.host) for s in await waits()] == [(True, home.seq)], "what comes late is signed too"
    home = await signed(store)
    await signed(store, "host", "haiyan", upto=home.seq)
    await store.evidence.note("session-1", [Enter("viewed", {"purpose": "complaint"})], T0, "supervisor:zhou")
    assert await waits() == [], "who looked at it is no evidence of the visit"
    await moved(store, over, WrapUpCompleted("accepted"), cause=LI)
    assert len(await waits()) == 1


async def test_a_host_that_has_not_signed_as_far_as_the_home_is_waited_for(store: AnyStore) -> None:
    await talked(store)
    first = await signed(store)
    await signed(store, "host", "haiyan", upto=first.seq)
    second = await signed(store)
    assert second.seq > first.seq
    assert [(s.home, s.host) for s in await store.evidence.unattended()] == [(second.seq, first.seq)]


async def test_a_home_that_is_its_own_host_needs_one_signature(store: AnyStore) -> None:
    await talked(store, home="haiyan")
    await signed(store, by="haiyan")
    assert await store.evidence.unattended() == []


async def test_the_oldest_is_signed_first_and_one_that_nobody_answered_too(store: AnyStore) -> None:
    await talked(store, "session-3", clerk="li", at=T0 + 2)
    await talked(store, "session-2", clerk="chen", at=T0 + 1)
    await moved(store, await opened(store, "session-1", at=T0 + 3), ResidentLeft(), cause=KIOSK)
    await opened(store, "session-0")
    assert [standing.session for standing in await store.evidence.unattended()] == ["session-2", "session-3", "session-1"]


# --- incidents ------------------------------------------------------------------------------------


async def test_an_incident_is_raised_with_its_fact_by_whomever_and_once_of_a_kind(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    assert await store.evidence.incidents("jinshan") == []
    await moved(store, talking, RecordingBroke("no-disk"), cause=BY_ITSELF, now=T0 + 70)
    await store.evidence.keep(LIFE, [segment(1, state="suspect"), segment(2, state="suspect")], T0 + 80)
    await store.evidence.keep(LIFE, [segment(3, state="suspect")], T0 + 90)
    for at in (T0 + 100, T0 + 110):
        await store.evidence.note("session-1", [Enter("evidence-incomplete", {"missing": []})], at, "server")
    found = await store.evidence.incidents("jinshan")
    assert [(i.id, i.kind, i.session, i.home, i.at, i.done_at, i.done_by) for i in found] == [
        (f"session-1.{kind}", kind, "session-1", "jinshan", at, None, None)
        for kind, at in (("evidence-incomplete", T0 + 100), ("segment-suspect", T0 + 80), ("recording-broken", T0 + 70))
    ]  # fmt: skip
    assert await store.evidence.incidents("haiyan") == [], "the host is not the home"


async def test_what_is_to_do_comes_first_then_the_newest(store: AnyStore) -> None:
    for number in range(5):
        await opened(store, f"session-{number}", home="pinghu" if number == 4 else "jinshan")
    for number in random.Random(3).sample(range(5), 5):
        await store.evidence.note(f"session-{number}", [Enter("recording-late")], T0 + number, "server")
    assert await store.evidence.end_incident("session-3.recording-late", "jinshan", "zhou", T0 + 50)
    assert [i.session for i in await store.evidence.incidents("jinshan")] == ["session-2", "session-1", "session-0", "session-3"]
    assert [i.session for i in await store.evidence.incidents("jinshan", limit=2)] == ["session-2", "session-1"]


async def test_an_incident_is_ended_once_and_by_its_home_alone(store: AnyStore) -> None:
    await opened(store, "session-1")
    await store.evidence.note("session-1", [Enter("recording-late")], T0, "server")
    for name, home in (("session-1.recording-late", "haiyan"), ("session-9.recording-late", "jinshan"), ("", "jinshan")):
        assert not await store.evidence.end_incident(name, home, "sun", T0 + 1)
    assert await store.evidence.end_incident("session-1.recording-late", "jinshan", "zhou", T0 + 2)
    assert await store.evidence.end_incident("session-1.recording-late", "jinshan", "wu", T0 + 3)
    [incident] = await store.evidence.incidents("jinshan")
    assert (incident.done_by, incident.done_at) == ("zhou", T0 + 2)
    await store.evidence.note("session-1", [Enter("recording-late")], T0 + 9, "server")
    [again] = await store.evidence.incidents("jinshan")
    assert (again.id, again.at, again.done_by, again.done_at) == (incident.id, T0 + 9, None, None), "it happened again: somebody must look again"


async def test_a_step_that_is_refused_raises_nothing(store: AnyStore) -> None:
    over = await closed(store)
    with pytest.raises(Conflict):
        await store.advance(Stored("session-1", 1, over.state), over.state, [Enter("recording-late")], T0, LI)
    assert await store.evidence.incidents("jinshan") == []

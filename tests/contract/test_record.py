"""What every store promises of a jurisdiction's record of administrative acts and refusals: with the act or not at all, one chain, nothing lost."""

from __future__ import annotations

import asyncio

from recordings.ledger import Head, start, verify
from signaling.auth.ports import Record
from signaling.domain.administration import Deed
from signaling.domain.people import Person
from signaling.office import evidence_ports
from signaling.store.chain import chain_of
from tests.contract.conftest import AnyStore
from tests.contract.visits import T0

BY = "security-administrator:zhao"
LI = Person("li", "李雷", "clerk", "jinshan")


def refusal(n: int, home: str = "jinshan") -> Deed:
    return Deed(home, BY, "act-refused", {"act": "people-add", "code": "not-allowed", "n": n})


async def chain(store: AnyStore, home: str = "jinshan") -> Head:
    """The head of the whole chain, which must be where the record says that it reaches."""
    return verify(chain_of(home), await store.record.deeds(home), await store.record.reach(home))


async def test_a_record_begins_empty_and_fits_the_port(store: AnyStore) -> None:
    record: Record = store.record
    of_the_office: evidence_ports.Record = store.record
    assert of_the_office is record
    assert await record.deeds("jinshan") == []
    assert await record.reach("jinshan") == start(chain_of("jinshan"))


async def test_deeds_stand_in_their_order_and_each_jurisdiction_has_a_chain_of_its_own(store: AnyStore) -> None:
    for n in range(3):
        await store.record.note(refusal(n), T0 + n)
    await store.record.note(refusal(9, "haiyan"), T0)
    deeds = await store.record.deeds("jinshan")
    assert [(deed.seq, deed.at, deed.actor, deed.what, deed.body["n"]) for deed in deeds] == [
        (1, "2026-11-23T02:00:00.000Z", BY, "act-refused", 0), (2, "2026-11-23T02:00:01.000Z", BY, "act-refused", 1),
        (3, "2026-11-23T02:00:02.000Z", BY, "act-refused", 2),
    ]  # fmt: skip
    assert (await chain(store)).seq == 3 and (await chain(store, "haiyan")).seq == 1


async def test_those_who_act_at_once_come_one_after_the_other(store: AnyStore) -> None:
    await asyncio.gather(*(store.record.note(refusal(n), T0) for n in range(12)))
    assert sorted(deed.body["n"] for deed in await store.record.deeds("jinshan")) == list(range(12))
    assert (await chain(store)).seq == 12


async def test_what_was_done_is_on_record_and_what_was_not_is_not(store: AnyStore) -> None:
    added = Deed("jinshan", BY, "person-added", {"login": "li"})
    assert await store.people.add_person(LI, "hash", T0, added)
    assert not await store.people.add_person(LI, "hash", T0, added), "the login is taken"
    await store.kiosks.put_enrolment_code("code", "jinshan-k1", "jinshan", T0, T0 + 60, Deed("jinshan", BY, "enrolment-code-made", {"kiosk": "jinshan-k1"}))
    revoked = Deed("jinshan", BY, "kiosk-revoked", {"kiosk": "jinshan-k1"})
    assert not await store.kiosks.revoke("jinshan-k1", T0, revoked), "it has no key"
    await store.kiosks.put_key("jinshan-k1", "jinshan", "key", T0)
    assert await store.kiosks.revoke("jinshan-k1", T0, revoked)
    assert [deed.what for deed in await store.record.deeds("jinshan")] == ["person-added", "enrolment-code-made", "kiosk-revoked"]
    assert (await chain(store)).seq == 3


async def test_what_a_program_does_is_no_administrative_act(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    await store.people.set_skills("li", ("x",))
    await store.people.end_logins("li", T0)
    assert await store.record.deeds("jinshan") == []

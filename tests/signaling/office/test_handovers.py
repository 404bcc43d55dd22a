"""Every decided case reaches its home exactly once: the home down for an hour, gone in the middle, answering twice; a crash between any two steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recordings import electronic_file
from recordings.custody_client import CustodyAway
from recordings.keys import load_public
from signaling.domain import handover as rules
from signaling.domain.refusals import NotNow
from signaling.office.handover_ports import HomeAway, HomeFailed, HomeRefused
from signaling.office.ports import StoreAway
from tests.signaling.office.handed_over import decided
from tests.signaling.office.recorded_visit import SESSION

AWAY = HomeAway("home-away", "nobody listens")


async def test_a_decided_case_is_handed_over_once_and_the_ledger_says_so(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        assert (await outbox.row()).state == "queued"
        await outbox.look()
        await outbox.later(3600)
        row = await outbox.row()
        assert (row.state, row.receipt, row.attempts, row.metadata) == ("acknowledged", "R-1", 1, None)
        assert len(outbox.home.deliveries) == len(outbox.home.taken) == 1
        [entry] = [e for e in await outbox.visit.store.ledger_of(SESSION) if e.what == "handed-over"]
        assert dict(entry.body) == {"case": row.case, "n": 1, "digest": row.digest, "receipt": "R-1"}
        assert electronic_file.prove(outbox.file(), [load_public(tmp_path, "jinshan")]) > 5


async def test_the_home_is_down_for_an_hour(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        outbox.home.away = AWAY
        await outbox.later(3600)
        row = await outbox.row()
        assert row.state == "queued" and row.code == "home-away" and 12 < row.attempts < 40
        assert await outbox.said() == ["handover-stuck"] and await outbox.incidents() == ["handover-stuck"]
        outbox.home.away = None
        await outbox.later(rules.RetryPolicy().most)
        assert (await outbox.row()).state == "acknowledged"
        assert await outbox.said() == ["handover-stuck", "handed-over"]
        assert len(outbox.home.taken) == 1


async def test_it_took_the_case_and_was_gone_before_it_could_say_so(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        outbox.home.after = [HomeAway("home-away", "the line broke in the answer"), HomeFailed("bad-receipt", "half an answer")]
        await outbox.later(60)
        assert (await outbox.row()).receipt == "R-1"
        assert len(outbox.home.deliveries) == 3 and len(outbox.home.taken) == 1
        assert len({delivery.record for delivery in outbox.home.deliveries}) == 1, "signed once, with the time of then"
        assert await outbox.said() == ["handed-over"]


@pytest.mark.parametrize("step", ["fixed", "delivered"])
async def test_the_server_dies_and_the_next_one_goes_on_with_the_same_file(tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the file is fixed, or after the home has it: the store does not answer, as if the server were gone."""
    async with decided(tmp_path) as outbox:
        change, allowed = outbox.visit.store.handovers.change, {"fixed": 0, "delivered": 1}[step]
        done: list[Any] = []

        async def dying(*what: Any) -> None:
            if len(done) >= allowed:
                raise StoreAway("killed")
            done.append(what)
            await change(*what)

        monkeypatch.setattr(outbox.visit.store.handovers, "change", dying)
        with pytest.raises(StoreAway):
            await outbox.look()
        assert len(outbox.home.taken) == allowed
        monkeypatch.undo()
        outbox.office = outbox.opened()
        await outbox.later(10)
        assert (await outbox.row()).receipt == "R-1" and len(outbox.home.taken) == 1
        assert await outbox.said() == ["handed-over"]


async def test_what_comes_into_the_ledger_meanwhile_does_not_change_the_file(tmp_path: Path) -> None:
    """The home has it, its answer was lost, and before the next attempt the resident rates and the host countersigns."""
    from signaling.domain.events import Rated
    from tests.contract.visits import moved
    from tests.signaling.office.recorded_visit import LI

    async with decided(tmp_path) as outbox:
        outbox.home.after = [HomeAway("home-away", "lost")]
        await outbox.look()
        stored = await outbox.visit.store.session(SESSION)
        assert stored is not None
        await moved(outbox.visit.store, stored, Rated(5), cause=LI, now=outbox.visit.clock.now())
        await outbox.visit.signed()
        await outbox.later(10)
        assert (await outbox.row()).state == "acknowledged" and len(outbox.home.taken) == 1


async def test_a_refusal_is_final_until_an_administrator_says_again(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        outbox.home.before = [HomeRefused("unknown-service")]
        await outbox.later(7200)
        row = await outbox.row()
        assert (row.state, row.code) == ("refused", "unknown-service")
        assert len(outbox.home.deliveries) == 1 and await outbox.incidents() == ["handover-refused"]
        queued, entries = rules.again(row, outbox.visit.clock.now())
        await outbox.visit.store.handovers.change(row, queued, entries, outbox.visit.clock.now(), "admin")
        await outbox.later(1)
        assert (await outbox.row()).state == "acknowledged"
        assert await outbox.said() == ["handover-refused", "handover-again", "handed-over"]
        with pytest.raises(NotNow):
            rules.again(await outbox.row(), 0)


async def test_without_custody_it_waits(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        custody = outbox.visit.custodians.running.pop("jinshan")
        with pytest.raises(CustodyAway):
            await outbox.visit.custodians.of("jinshan")
        await outbox.later(60)
        assert (await outbox.row()).code == "custody-away" and not outbox.home.deliveries
        outbox.visit.custodians.running["jinshan"] = custody
        await outbox.later(60)
        assert (await outbox.row()).state == "acknowledged"


async def test_before_the_home_has_signed_the_ledger_nothing_leaves(tmp_path: Path) -> None:
    async with decided(tmp_path, signed=False) as outbox:
        await outbox.later(10)
        assert (await outbox.row()).code == "head-pending" and not outbox.home.deliveries
        await outbox.visit.signed()
        await outbox.later(60)
        assert (await outbox.row()).state == "acknowledged"


async def test_two_servers_and_an_answer_to_each(tmp_path: Path) -> None:
    """Both deliver at the same moment: the home gives the same receipt twice, one row and one entry come of it."""
    async with decided(tmp_path) as outbox:
        other = outbox.opened()

        async def meanwhile() -> None:
            await other.look("jinshan")

        outbox.home.before = [meanwhile]
        await outbox.later(10)
        assert len(outbox.home.deliveries) == 2 and len(outbox.home.taken) == 1
        assert await outbox.said() == ["handed-over"] and (await outbox.row()).receipt == "R-1"


async def test_a_damaged_paper_does_not_leave_the_house(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        outbox.visit.flip("resident.page-1-2000.seg")
        await outbox.later(30)
        assert (await outbox.row()).code == "segment-damaged" and not outbox.home.deliveries


async def test_whatever_goes_wrong_with_one_is_tried_again(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        outbox.home.before = [ValueError("nobody thought of this")]
        await outbox.later(30)
        assert (await outbox.row()).state == "acknowledged"

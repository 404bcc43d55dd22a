"""A page is asked for, taken, looked at and kept: what comes is checked, sealed and told before it is in the case."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from recordings.album import Album, Picture, Put, Sealing
from recordings.custody_client import CustodyAway
from recordings.vault import Vault
from recordings.vault_errors import VaultError
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.archive import Archive
from signaling.office.safe import Safe
from signaling.office.stills import Stills
from signaling.wire.asks import AnswerAsk, AskedPage, AskForPage, AskForScreen, DropStill, KeepStill, TakeStill, WithdrawAsk
from signaling.wire.desk import EndSession, Hold
from tests.signaling.office.album import MemoryAlbum, MemoryPutting
from tests.signaling.office.world import Town, request

PICTURE = b"\xff\xd8 a household book \xff\xd9"
DIGEST = base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()


@dataclass
class Seen:
    """What was read of a picture."""

    original: bytes = b"\xff\xd8 as taken \xff\xd9"
    corrected: bytes = b"\xff\xd8 straight \xff\xd9"
    size: tuple[int, int] = (3264, 2448)
    page_size: tuple[int, int] = (2100, 1480)
    reasons: Sequence[str] = ()
    glare_at: str | None = None


class Reader:
    """Sees what the story says; `waits` until it is let go."""

    def __init__(self) -> None:
        self.sees: Seen | Refusal = Seen()
        self.let_go = asyncio.Event()
        self.let_go.set()
        self.read_ones = 0

    async def read(self, data: bytes) -> Seen:
        self.read_ones += 1
        await self.let_go.wait()
        if isinstance(self.sees, Refusal):
            raise self.sees
        return self.sees

    async def mark(self, jpeg: bytes, lines: Sequence[str]) -> bytes:
        return jpeg + "\n".join(lines).encode()


class NoCustody:
    async def of(self, jurisdiction: str) -> object:
        raise CustodyAway(jurisdiction)


class Studio:
    """A talk in which papers are looked at."""

    def __init__(self, town: Town, data: Path) -> None:
        self.town = town
        self.reader = Reader()
        self.vaults = [data / "recordings", data / "spill"]
        self.album = Album(self.vaults)
        self.archive = Archive(town.store.evidence, NoCustody(), self.vaults)  # type: ignore[arg-type] # nobody opens anything here
        self.safe = Safe(self.archive, self.album, town.office.keep, town.clock)
        self.stills = Stills(town.office.floor, self.safe, self.reader, town.books, town.clock)

    async def open(self) -> None:
        self.kiosk, self.clerk, self.session = await self.town.talk()

    @property
    def asked(self) -> AskedPage | None:
        screen = self.town.mail.kiosk[self.kiosk.id].screen
        asked = screen.talk.asked if hasattr(screen, "talk") else None
        return asked if isinstance(asked, AskedPage) else None

    async def asks_for_page(self, material: int = 0) -> str:
        await self.town.does(self.clerk, AskForPage(request(), self.session, material))
        assert self.asked is not None
        return self.asked.id

    async def wants_picture(self, material: int = 0) -> tuple[str, str]:
        ask = await self.asks_for_page(material)
        await self.town.does(self.clerk, TakeStill(request(), self.session, ask))
        assert self.asked is not None and self.asked.take is not None
        return ask, self.asked.take

    async def uploads(self, ask: str, take: str, data: bytes = PICTURE, digest: str = DIGEST, who: Actor | None = None) -> None:
        await self.stills.take(who or self.kiosk, self.session, ask, take, data, digest)
        await self.town.settle()

    async def refused(self, ask: str, take: str, data: bytes = PICTURE, digest: str = DIGEST) -> str:
        before = self.town.office.floor.state(self.session)
        with pytest.raises(Refusal) as refusal:
            await self.uploads(ask, take, data, digest)
        assert self.town.office.floor.state(self.session) == before
        return refusal.value.code

    def sealed(self) -> list[str]:
        return [str(name.publication) for root in self.vaults for name in Vault(root).segments(self.session)]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with Town() as town:
        studio = Studio(town, tmp_path)
        await studio.open()
        yield studio


async def test_a_page_comes_into_the_case_and_both_see_it(studio: Studio) -> None:
    ask, take = await studio.wants_picture()
    await studio.uploads(ask, take)
    desk = studio.town.mail.desk[studio.clerk.id]
    assert desk.talk is not None
    (still,) = desk.talk.stills
    assert (still.material, still.reasons, still.kept, still.width, still.height) == (0, [], False, 2100, 1480)
    assert desk.talk.asked is not None and desk.talk.asked.take is None, "another may be asked for"  # type: ignore[union-attr] # a page
    await studio.town.does(studio.clerk, KeepStill(request(), studio.session, still.number))
    desk = studio.town.mail.desk[studio.clerk.id]
    assert desk.talk is not None and desk.talk.stills[0].kept and desk.talk.asked is None
    assert studio.sealed() == ["resident.page", "resident.still"]
    ledger = await studio.town.ledger(studio.session)
    assert [what for what in ledger if "still" in what or what.startswith("ask")] == ["asked", "still-taken", "still-taken", "still-kept", "ask-ended"]
    assert ledger.count("rec-picture") == 2, "the keeper enters them when it comes to it"


async def test_what_was_sealed_is_what_the_ledger_says_of_the_still(studio: Studio) -> None:
    ask, take = await studio.wants_picture()
    await studio.uploads(ask, take)
    entries = await studio.town.store.ledger_of(studio.session)
    taken = {entry.body["digest"] for entry in entries if entry.what == "still-taken"}
    sealed = {entry.body["clear"] for entry in entries if entry.what == "rec-picture"}
    assert taken == sealed == {hashlib.sha256(data).hexdigest() for data in (Seen().original, Seen().corrected)}
    keys = {entry.body["key"] for entry in entries if entry.what == "rec-key-wrapped"}
    assert {entry.body["key"] for entry in entries if entry.what == "rec-picture"} <= keys


async def test_what_is_wrong_is_said_to_both_in_codes(studio: Studio) -> None:
    studio.reader.sees = Seen(reasons=("glare", "blurred"), glare_at="top-right")
    await studio.uploads(*await studio.wants_picture())
    screen = studio.town.mail.kiosk[studio.kiosk.id].screen
    (still,) = screen.talk.stills  # type: ignore[union-attr] # in the talk
    assert (still.reasons, still.glare) == (["glare", "blurred"], "top-right")


async def test_one_picture_for_each_press(studio: Studio) -> None:
    ask, take = await studio.wants_picture()
    await studio.uploads(ask, take)
    assert await studio.refused(ask, take) == "still-not-wanted"
    await studio.town.does(studio.clerk, TakeStill(request(), studio.session, ask))
    assert studio.asked is not None and studio.asked.take is not None
    await studio.uploads(ask, studio.asked.take)
    state = studio.town.office.floor.state(studio.session)
    numbers = [still.number for still in state.talk.file.stills]  # type: ignore[union-attr] # in the talk
    assert len(set(numbers)) == 2, "the clock has not moved, and yet no number is used twice"


async def test_two_uploads_of_one_picture_are_one_still(studio: Studio) -> None:
    ask, take = await studio.wants_picture()
    studio.reader.let_go.clear()
    both = asyncio.gather(studio.uploads(ask, take), studio.uploads(ask, take), return_exceptions=True)
    await studio.town.settle()
    assert studio.reader.read_ones == 1, "the second waits for the first"
    studio.reader.let_go.set()
    results = await both
    assert [type(result) for result in results] == [type(None), Refusal]
    assert len(studio.sealed()) == 2


@pytest.mark.parametrize("meanwhile", ["withdrawn", "held", "ended", "dropped by another press"])
async def test_a_picture_that_comes_too_late_is_in_no_case(studio: Studio, meanwhile: str) -> None:
    ask, take = await studio.wants_picture()
    studio.reader.let_go.clear()
    upload = asyncio.gather(studio.uploads(ask, take), return_exceptions=True)
    await studio.town.settle()
    deed = {
        "withdrawn": WithdrawAsk(request(), studio.session, ask), "held": Hold(request(), studio.session),
        "ended": EndSession(request(), studio.session, "referred"), "dropped by another press": TakeStill(request(), studio.session, ask),
    }[meanwhile]
    await studio.town.does(studio.clerk, deed)
    studio.reader.let_go.set()
    (late,) = await upload
    assert isinstance(late, Refusal) and late.code == "still-not-wanted"
    state = studio.town.office.floor.state(studio.session)
    assert state is not None and state.talk.file.stills == ()  # type: ignore[union-attr] # has a talk
    assert studio.sealed() == [], "it was not even sealed"


async def test_a_wrong_digest_a_stranger_and_what_is_no_picture(studio: Studio) -> None:
    ask, take = await studio.wants_picture()
    assert await studio.refused(ask, take, digest="A" * 43 + "=") == "digest-wrong"
    assert await studio.refused("another-ask", take) == "still-not-wanted"
    assert await studio.refused(ask, "another-take") == "still-not-wanted"
    for code in ("not-a-picture", "picture-too-big", "picture-damaged"):
        studio.reader.sees = Refusal(code)
        assert await studio.refused(ask, take) == code
    studio.reader.sees = Seen()
    await studio.uploads(ask, take)


class FullSoon(MemoryAlbum):
    """Takes a beginning, and nothing more."""

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int, begun: MemoryPutting | None = None) -> Put:
        raise VaultError("full", "no room")


@pytest.mark.parametrize("album", [MemoryAlbum(full=True), FullSoon()], ids=["full", "soon full"])
async def test_a_disk_that_refuses_is_said_and_the_question_stands(studio: Studio, album: MemoryAlbum) -> None:
    safe = Safe(studio.archive, album, studio.town.office.keep, studio.town.clock)
    studio.stills = Stills(studio.town.office.floor, safe, studio.reader, studio.town.books, studio.town.clock)
    ask, take = await studio.wants_picture()
    assert await studio.refused(ask, take) == "not-recordable"
    assert studio.asked is not None and studio.asked.take == take


async def test_the_picture_is_shown_to_whoever_holds_the_talk_as_custody_gives_it(studio: Studio) -> None:
    await studio.uploads(*await studio.wants_picture())
    state = studio.town.office.floor.state(studio.session)
    number = state.talk.file.stills[0].number  # type: ignore[union-attr] # in the talk
    with pytest.raises(Refusal, match="custody-away"):
        await studio.stills.picture(studio.session, number, "page")
    with pytest.raises(Refusal, match="unknown-still"):
        await studio.stills.picture(studio.session, number + 1, "page")
    await studio.town.does(studio.clerk, DropStill(request(), studio.session, number))
    with pytest.raises(Refusal, match="unknown-still"):
        await studio.stills.picture(studio.session, number, "page")


async def test_what_the_list_does_not_have_is_not_asked_for(studio: Studio) -> None:
    assert (await studio.town.refuses(studio.clerk, AskForPage(request(), studio.session, 99))).code == "unknown-material"
    await studio.asks_for_page(0)
    assert (await studio.town.refuses(studio.clerk, AskForScreen(request(), studio.session))).code == "asking-already"
    assert (await studio.town.refuses(studio.kiosk, AskForPage(request(), studio.session, 0))).code in ("not-allowed", "unknown-session")


async def test_silence_is_no(studio: Studio) -> None:
    await studio.town.does(studio.clerk, AskForScreen(request(), studio.session))
    screen = studio.town.mail.kiosk[studio.kiosk.id].screen
    asked = screen.talk.asked  # type: ignore[union-attr] # in the talk
    assert asked is not None
    await studio.town.later(46)
    screen = studio.town.mail.kiosk[studio.kiosk.id].screen
    assert screen.talk.asked is None and not screen.talk.may_show  # type: ignore[union-attr] # in the talk
    assert (await studio.town.refuses(studio.kiosk, AnswerAsk(request(), studio.session, asked.id, True))).code == "not-now"

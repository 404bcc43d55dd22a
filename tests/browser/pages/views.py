"""What the scripted server shows: one plausible visit as typed views, for the pages' tests and screenshots."""

from __future__ import annotations

from typing import Any

import msgspec

from config.clock import SystemClock
from signaling.wire.cases import TalkCase, TalkParty
from signaling.wire.desk import Counter, DeskView, LineEntry, Ring, WrapUp
from signaling.wire.notices import FarewellNotice, LackingLine
from signaling.wire.talk import End, SourceState, Talk
from signaling.wire.visit import Farewell, Idle, KioskView, Parked, Ringing, Talking, Waiting

CLOCK = SystemClock()
SESSION, CASE, NUMBER = "session-000001", "JS-2026-000123", "J12"
SERVICE, SERVICE_NAME, HOME = "jinshan-marriage-registration", "结婚登记办理指导与预约", "jinshan"
RESIDENT = "王䶮芳"  # a rare character on purpose: every name must be drawn


def kiosk(screen: Any) -> KioskView:
    return KioskView(kiosk="haiyan-k1", name="海盐1号自助舱", jurisdiction="haiyan", screen=screen)


def idle() -> KioskView:
    return kiosk(Idle())


def waiting(place: int = 3, minutes: int | None = 12) -> KioskView:
    return kiosk(Waiting(session=SESSION, number=NUMBER, home=HOME, service=SERVICE, service_name=SERVICE_NAME, place=place, minutes=minutes, counters=2))


def ringing() -> KioskView:
    return kiosk(Ringing(session=SESSION, number=NUMBER, home=HOME, service=SERVICE, service_name=SERVICE_NAME, counter="金山3号窗口", until=CLOCK.now() + 20))


def parked() -> KioskView:
    return kiosk(Parked(session=SESSION, number=NUMBER, until=CLOCK.now() + 600))


def farewell(outcome: Any = "accepted-with-gaps", reason: Any = "completed", code: str | None = None) -> KioskView:
    """With a code once the home has signed."""
    proof = f"VW1 {HOME} {SESSION} 41 {'5e' * 32} {code}" if code is not None else None
    return kiosk(
        Farewell(session=SESSION, number=NUMBER, case=CASE, service_name=SERVICE_NAME, reason=reason, outcome=outcome, code=code, proof=proof)
    )


def talk(me: str, *, held: bool = False, clerk_here: bool = True, resident_here: bool = True, off: tuple[tuple[str, str], ...] = (), room: str = "room-1",
         recording: Any = None, acceptable: bool = True) -> Talk:
    """`recording` is what the light says; by default what it says of a talk that is recorded."""
    on = [("resident", "microphone"), ("resident", "camera"), ("clerk", "microphone"), ("clerk", "camera")]
    sources = [SourceState(participant=who, source=source, on=(who, source) not in off) for who, source in on]  # type: ignore[arg-type]  # literals spelled as text
    sources += [SourceState(participant="clerk", source="screen", on=("clerk", "screen") in off)]  # in `off` means switched: a screen is off at first
    return Talk(
        session=SESSION, case=CASE, number=NUMBER, home=HOME, service=SERVICE, service_name=SERVICE_NAME, since=CLOCK.now() - 75, held=held, room=room, me=me,
        ends=[
            End(participant="resident", role="resident", name=RESIDENT, place="海盐1号自助舱", present=resident_here),
            End(participant="clerk", role="clerk", name="李敏", place="金山3号窗口", present=clerk_here),
        ],
        sources=sources, recording=recording or ("held" if held else "recording"), acceptable=acceptable,
    )  # fmt: skip


def talking(**how: Any) -> KioskView:
    return kiosk(Talking(talk=talk("resident", **how)))


NUMBERS = [f"310116-330424-20261128-0012{more}" for more in ("", "-2", "-3")]
NAMES = {
    "jinshan-marriage-registration": "结婚登记办理指导与预约（全国通办）", "jinshan-identity-card": "居民身份证异地申领、换领、补领指导",
    "jinshan-insurance-record": "社会保险参保证明",
}  # fmt: skip


def case(place: int, **what: Any) -> TalkCase:
    """The first, second or third of the visit's cases; anything else by name."""
    service = list(NAMES)[place]
    plain: dict[str, Any] = {
        "number": NUMBERS[place], "service": service, "service_name": NAMES[service], "on_table": False, "pages": 2, "signed": False, "outcome": None,
        "due": None, "working_days": 5, "referred_to": None,
    }  # fmt: skip
    return TalkCase(**{**plain, **what})


def notice(place: int, *lines: LackingLine, form: Any = None, follow_by: str | None = None) -> FarewellNotice:
    """What the first, second or third case lacks, and was returned for."""
    service = list(NAMES)[place]
    return FarewellNotice(NUMBERS[place], service, NAMES[service], "returned", "materials", list(lines), form, follow_by)


def couple(second: Any = "declared") -> list[TalkParty]:
    """One whose card was read, and one who gave a name."""
    return [TalkParty("样本甲", "card-read", "990000195103080013"), TalkParty(RESIDENT, second)]


COUNTERS = [Counter(id=f"jinshan-{n}", name=f"金山{n}号窗口", taken=n == 2) for n in (1, 2, 3)]


def line(count: int = 3) -> list[LineEntry]:
    names = [("jinshan-marriage-registration", "结婚登记办理指导与预约"), ("jinshan-newborn", "新生儿出生登记与参保咨询联办"), ("jinshan-child-insurance", "少儿医保")]
    return [
        LineEntry(
            session=f"session-00001{n}", number=f"J{13 + n}", service=names[n % 3][0], service_name=names[n % 3][1], since=CLOCK.now() - 120 * (n + 1),
            language="zh-CN" if n != 1 else "en", needs=["large-type", "helper"] if n == 0 else [], here=n != 2,
        )
        for n in range(count)
    ]  # fmt: skip


def ring() -> Ring:
    return Ring(
        session=SESSION, number=NUMBER, service=SERVICE, service_name=SERVICE_NAME, resident=RESIDENT, kiosk="海盐1号自助舱", host="haiyan",
        language="zh-CN", needs=["large-type"], until=CLOCK.now() + 20, before=False,
    )  # fmt: skip


def wrap_up(outcome: Any = "accepted", note: str = "", acceptable: bool = True, form: Any = None) -> WrapUp:
    return WrapUp(
        session=SESSION, case=CASE, number=NUMBER, service_name=SERVICE_NAME, resident=RESIDENT, outcome=outcome, acceptable=acceptable, note=note,
        until=CLOCK.now() + 170, form=form,
    )  # fmt: skip


def desk(**what: Any) -> DeskView:
    """The desk at the third counter; anything else by name."""
    plain: dict[str, Any] = {
        "login": "li", "name": "李敏", "jurisdiction": HOME, "counter": "jinshan-3", "counters": COUNTERS, "presence": "available", "away_because": None,
        "line": [], "ring": None, "talk": None, "resident": None, "note": "", "wrap_up": None,
    }  # fmt: skip
    return DeskView(**{**plain, **what})


def replace(struct: Any, **changes: Any) -> Any:
    """A copy with other fields."""
    return msgspec.structs.replace(struct, **changes)

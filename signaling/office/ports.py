"""What the office needs of the world, owned by the office. Implemented in store/, live/ and office/nodes.py; wired in app.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from config.eligibility import Eligibility
from config.forms import Form
from config.powers import Act, Hand
from config.service import Delivery, Material
from config.text import Text
from media.node_api import Source as NodeSource
from media.node_api import Wanted
from signaling.domain.case_records import CaseRecord
from signaling.domain.consent import ConsentAsked
from signaling.domain.effects import Enter
from signaling.domain.parties import Level
from signaling.domain.powers import Basis
from signaling.domain.presence import Shift
from signaling.domain.states import AnyState, SealedTo, Ticket
from signaling.wire.desk import ToDesk
from signaling.wire.visit import ToKiosk


@dataclass(frozen=True, slots=True)
class Cause:
    """Who made something happen, and the id of the command it came by (None for timers and links): carried out at most once."""

    actor: str
    request: str | None = None


BY_ITSELF = Cause("server")


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as it stands in the store. `version` grows by one with every step."""

    session: str
    version: int
    state: AnyState
    note: str = ""


class AlreadyDone(Exception):
    """The command with this id was carried out before; `session` is the one it concerned. Nothing was changed now."""

    def __init__(self, session: str | None) -> None:
        super().__init__(session)
        self.session = session


class Conflict(Exception):
    """Somebody else's step came first (another version is stored, or the clerk holds another session). Nothing was changed."""


class StoreAway(Exception):
    """The store cannot be reached or is locked beyond its budget. Nothing was changed; the same call may go through later."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first state of a session, made once the day's serial is known."""

    state: AnyState
    entries: Sequence[Enter] = field(default_factory=tuple)


class Store(Protocol):
    """Facts. Every method is one transaction; nothing that it returns may be told to anybody before it has returned."""

    async def live_sessions(self) -> list[Stored]:
        """Every session that is not `Closed`."""
        ...

    async def open_session(self, session: str, home: str, day: str, make: Callable[[int], Opening], at: float, cause: Cause) -> Stored:
        """Allocate the next serial of (home, day), from 1 and without gaps, and store what `make(serial)` returns with its ledger.

        Raises `AlreadyDone`, `StoreAway`.
        """
        ...

    async def advance(self, before: Stored, after: AnyState, entries: Sequence[Enter], at: float, cause: Cause) -> Stored:
        """Replace the state if `before.version` is still the stored one, append `entries` to the ledger, remember `cause`.

        Raises `AlreadyDone`, `Conflict`, `StoreAway`.
        """
        ...

    async def save_note(self, session: str, note: str, cause: Cause) -> None:
        """The clerk's note on the case (free text: never in the ledger). Repeating it is harmless."""
        ...

    async def done_before(self, cause: Cause) -> str | None:
        """The session that the command concerned if it was carried out before (`""` when none), else None."""
        ...

    async def case(self, number: str) -> CaseRecord | None:
        """One case, as it stands."""
        ...

    async def cases_of(self, session: str) -> list[CaseRecord]:
        """The cases that a visit has worked at, by number, as they stand today."""
        ...

    async def visits_of(self, case: str) -> list[str]:
        """The visits that have worked at a case, the oldest first."""
        ...

    async def shifts(self) -> list[Shift]:
        """Every clerk's running shift."""
        ...

    async def save_shift(self, shift: Shift, cause: Cause) -> None:
        """Begin or change a shift. Raises `Conflict` when the counter is another clerk's."""
        ...

    async def end_shift(self, clerk: str, cause: Cause) -> None:
        """Idempotent."""
        ...


class Post(Protocol):
    """Messages to the ends. Sending never waits: each end has a bounded outbox, and one who does not read is disconnected."""

    def to_kiosk(self, kiosk: str, message: ToKiosk) -> None:
        """To the kiosk's page or agent, if it is connected."""
        ...

    def to_clerk(self, login: str, message: ToDesk) -> None:
        """To the clerk's desk, if it is connected."""
        ...


class MediaNodes(Protocol):
    """The media plane. Orders to a room are carried out in the order given; a room that stands nowhere is reported as lost."""

    def open_room(self, room: str) -> None: ...

    def close_room(self, room: str) -> None: ...

    def set_hold(self, room: str, on: bool) -> None: ...

    def set_source_on(self, room: str, participant: str, source: NodeSource, on: bool) -> None: ...

    def record(self, room: str, session: str, origin: int, home: str, home_key: str) -> None:
        """Record the room from now on; what becomes of it comes as lines of a journal."""
        ...

    def set_suspended(self, room: str, on: bool) -> None: ...

    def acknowledge(self, life: str, n: int) -> None:
        """Every line of this writer's life up to `n` is stored."""
        ...

    async def publish(self, room: str, participant: str, epoch: int, sdp: str, sources: Mapping[str, NodeSource]) -> str:
        """The node's answer to the offer. Raises `NodeRefused`."""
        ...

    async def subscribe(self, room: str, participant: str, sdp: str, wants: Sequence[Wanted], *, fresh: bool) -> str:
        """The node's answer to the offer. Raises `NodeRefused`."""
        ...

    async def add_candidates(self, room: str, participant: str, connection: str, candidates: Sequence[str]) -> None:
        """Candidates that came after the offer. Raises `NodeRefused`."""
        ...


class NodeRefused(Exception):
    """A node did not do it. `code` is the node's, or `no-node` when none is up."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Seals(Protocol):
    """What a visit's recording is sealed to, and whether there is room for one."""

    async def sealed_to(self, home: str) -> SealedTo:
        """The home's public key in use. Raises `NotNow` `not-recordable`: no key, or no room on the disk."""
        ...


class Alarm(Protocol):
    """Timers as a service, so that tests turn the clock by hand."""

    def at(self, when: float, call: Callable[[], None]) -> None:
        """Call `call` once, at `when` (seconds since 1970) or as soon after as possible."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """What the office must know of a service before it gives a ticket."""

    code: str
    home: str
    version: str
    consents: tuple[ConsentAsked, ...]
    rules: Eligibility
    """Who may ask for it."""
    level: Level = "declared"
    """How well everybody must be known before a case is accepted."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Working days, and the day on which they end, in ISO form; None while the holidays of its year are not announced."""

    working_days: int
    due: str | None


class Books(Protocol):
    """Jurisdictions, kiosks, counters and the catalogue, as far as the office reads them. Implemented in office/books.py over config/."""

    def terms(self, service: str, home: str, host: str) -> ServiceTerms:
        """Raises `Refusal` `unknown-service`, or `not-offered-here` when this host's kiosks do not offer it."""
        ...

    def opens(self, home: str, now: float) -> float | None:
        """None while the home's window is open, otherwise when it opens next (seconds since 1970; infinity when never)."""
        ...

    def letter(self, home: str) -> str: ...

    def administrative_code(self, jurisdiction: str) -> str: ...

    def minutes(self, service: str) -> float:
        """Typical length of a talk, also for a running case whose service is no longer offered."""
        ...

    def service_name(self, service: str, language: str) -> str: ...

    def material_name(self, service: str, at: float, place: int, language: str) -> str | None:
        """A line of the service's list of materials, in the version of the moment `at`; None when it has none of that place."""
        ...

    def form_of(self, service: str, at: float) -> Form | None:
        """What is filled in together for a service, in the versions of the moment `at`; None: nothing."""
        ...

    def form(self, code: str, version: str) -> Form | None:
        """One version of a form, in force or not."""
        ...

    def promise(self, home: str, service: str, as_of: float) -> Promise:
        """Until when a case that is accepted now is decided, in the version of the service of that moment."""
        ...

    def people(self, service: str, at: float) -> tuple[int, int]:
        """How many ask for it together in the version of the moment `at`: the fewest and the most."""
        ...

    def offered(self, home: str, host: str) -> Sequence[str]:
        """Codes of what a home decides and a host's kiosks offer now, in their order."""
        ...

    def is_home(self, code: str) -> bool:
        """Whether there is such a jurisdiction."""
        ...

    def now(self) -> float:
        """The moment whose versions are in force, in seconds since 1970."""
        ...

    def checklist(self, service: str, at: float) -> Sequence[Material]:
        """The service's list of materials in the version of the moment `at`."""
        ...

    def service_title(self, service: str, at: float) -> Text:
        """A service's name in both languages."""
        ...

    def follow_by(self, home: str, working_days: int) -> str | None:
        """The day on which so many working days of the home from now end; None while the holidays of its year are not announced."""
        ...

    def basis(self, act: Act, ticket: Ticket, service: str) -> Basis | None:
        """On what this may be done now, for a service of the ticket's home, where its kiosk stands; None: it may not."""
        ...

    def basis_at(self, act: Act, home: str, window: str, service: str, hand: Hand) -> Basis | None:
        """On what it may be done now at a staffed window of the jurisdiction `window`, by this hand; None: it may not."""
        ...

    def delivery(self, ticket: Ticket, service: str, as_of: float) -> tuple[Sequence[Delivery], Basis]:
        """The ways in which the outcome may reach the resident, by the service of the moment `as_of` and the powers of now; and on what
        it rests that one of them is a window nearby."""
        ...

    def title(self, code: str) -> Text:
        """A jurisdiction's name in both languages."""
        ...

    def kiosk_name(self, kiosk: str, language: str) -> str: ...

    def counter_name(self, counter: str, language: str) -> str: ...

    def counters(self, home: str) -> Sequence[str]:
        """Ids of the home's counters, in their order."""
        ...

"""The media node's contract: what a server may ask of a node, and what a node tells a server.

The node listens on a WebSocket on loopback (or a private address), the server dials with the token of `node.json`. Every order
carries an `id` and is answered once by `Did`, `Answered`, `Rooms`, `Figures` or `Failed` with the same `id`. News answers
nothing. One server at a time: a new dial with the right token takes over from the old one. The node knows no case and no person.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

NODE_PROTOCOL = 1

RoomId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
Participant = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Source = Literal["microphone", "camera", "screen", "document"]
Kind = Literal["publish", "subscribe"]
Sdp = Annotated[str, Meta(min_length=1, max_length=48 * 1024)]
Epoch = Annotated[int, Meta(ge=1, le=1_000_000)]
Moment = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="order"):
    """Server → node."""

    id: int


class Dial(Order, frozen=True, tag="dial"):
    """First order on a connection; the token proves that the server may give orders. Answered by `Rooms`."""

    protocol: int
    token: str


class OpenRoom(Order, frozen=True, tag="open-room"):
    """Idempotent."""

    room: RoomId


class CloseRoom(Order, frozen=True, tag="close-room"):
    """Ends every connection in the room. Idempotent."""

    room: RoomId


class Publish(Order, frozen=True, tag="publish"):
    """Offer of a publish connection. An epoch above the running one replaces it (make before break), an equal one renegotiates
    or restarts ICE, a lower one fails with `stale-epoch`. Answered by `Answered`."""

    room: RoomId
    participant: Participant
    epoch: Epoch
    sdp: Sdp
    sources: dict[str, Source]
    """m-line's mid → what it carries."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recvonly m-line of a subscribe offer."""

    mid: str
    participant: Participant
    source: Source


class Subscribe(Order, frozen=True, tag="subscribe"):
    """Offer of a subscribe connection; the wanted sources need not be published yet. `fresh` replaces the running one."""

    room: RoomId
    participant: Participant
    sdp: Sdp
    wants: list[Wanted]
    fresh: bool = True


class AddCandidates(Order, frozen=True, tag="add-candidates"):
    """Remote candidates found after the offer (RFC 8838)."""

    room: RoomId
    participant: Participant
    connection: Kind
    candidates: list[str]


class SetHold(Order, frozen=True, tag="set-hold"):
    """While on, nothing is forwarded or tapped in this room. Idempotent."""

    room: RoomId
    on: bool


class SetSourceOn(Order, frozen=True, tag="set-source-on"):
    """A source is off (muted, not shared): its packets are not forwarded even if they come. Idempotent; on by default."""

    room: RoomId
    participant: Participant
    source: Source
    on: bool


class Leave(Order, frozen=True, tag="leave"):
    """Ends both connections of a participant. Idempotent."""

    room: RoomId
    participant: Participant


class Record(Order, frozen=True, tag="record"):
    """Record a session in this room from now on, sealed to its home jurisdiction; it ends when the room closes. Idempotent for the same
    session. What becomes of it is told by `JournalLine`. Codes: `bad-record`, `already-recorded` (another session)."""

    room: RoomId
    session: str
    origin: Moment
    """Milliseconds since 1970, where the session's clock begins."""
    home: str
    home_key: str
    """Raw X25519 public key in base64."""
    publications: list[str] | None = None
    """`<participant>.<source>`; None: everything in the room."""


class SetSuspended(Order, frozen=True, tag="set-suspended"):
    """While on, the room goes on and nothing of it is recorded: a secret is being said or shown. Idempotent; nothing in a room that is
    not recorded."""

    room: RoomId
    on: bool


class AckJournal(Order, frozen=True, tag="ack-journal"):
    """The server has stored every line of this life up to `n`. Idempotent."""

    life: str
    n: int


class ListRooms(Order, frozen=True, tag="list-rooms"):
    """Asks what runs. Answered by `Rooms`."""


class GetFigures(Order, frozen=True, tag="get-figures"):
    """Asks for a room's counters. Answered by `Figures`."""

    room: RoomId


class Drain(Order, frozen=True, tag="drain"):
    """No new rooms; the node ends itself when the last room has closed."""


FromServer = (
    Dial
    | OpenRoom
    | CloseRoom
    | Publish
    | Subscribe
    | AddCandidates
    | SetHold
    | SetSourceOn
    | Leave
    | Record
    | SetSuspended
    | AckJournal
    | ListRooms
    | GetFigures
    | Drain
)


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="reply"):
    """Node → server."""


class Did(Reply, frozen=True, tag="did"):
    id: int


class Answered(Reply, frozen=True, tag="answered"):
    """The SDP answer, with every candidate of the node in it."""

    id: int
    sdp: str


class Failed(Reply, frozen=True, tag="failed"):
    """Nothing has changed. Codes: `bad-sdp`, `bad-token`, `bad-record`, `already-recorded`, `draining`, `stale-epoch`, `unknown-room`,
    `too-many`, `internal`."""

    id: int
    code: str
    text: str


class RoomState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One running room."""

    room: RoomId
    held: bool
    epochs: dict[str, int]
    """Participant → epoch of its publish connection."""
    recorded: str | None = None
    """The session that is recorded in it."""


class Rooms(Reply, frozen=True, tag="rooms"):
    id: int
    node: str
    rooms: list[RoomState]


class SourceFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counters of one source of one participant since the room opened (bytes are RTP payload bytes)."""

    participant: Participant
    source: Source
    received: int
    """Packets that arrived, each sequence number once."""
    received_bytes: int
    recovered: int
    """Of those, packets that came by retransmission."""
    lost: int
    """Packets that never came."""
    forwarded: dict[str, int]
    """Consumer → packets sent to it, retransmissions not counted."""
    dropped: int
    """Packets that arrived and were not forwarded to a connected consumer, hold and mute aside; 0 unless something is wrong."""
    withheld: int
    """Packets that arrived during hold or mute."""
    keyframes_asked: int


class Figures(Reply, frozen=True, tag="figures"):
    id: int
    room: RoomId
    sources: list[SourceFigures]


class ConnectionUp(Reply, frozen=True, tag="connection-up"):
    """News: ICE and DTLS are through."""

    room: RoomId
    participant: Participant
    connection: Kind
    epoch: int


class LineChanged(Reply, frozen=True, tag="line-changed"):
    """News: liveness of a participant's publish or subscribe transport: `good`, `degraded` (2 s), `lost` (5 s)."""

    room: RoomId
    participant: Participant
    connection: Kind
    epoch: int
    level: Literal["good", "degraded", "lost"]
    silent: float
    """Seconds since the last authenticated datagram."""


class OfferWanted(Reply, frozen=True, tag="offer-wanted"):
    """News: the participant should build this connection anew (it closed, or failed)."""

    room: RoomId
    participant: Participant
    connection: Kind
    epoch: int


class RoomClosed(Reply, frozen=True, tag="room-closed"):
    """News: the node closed the room on its own, for the reason."""

    room: RoomId
    reason: str


class JournalLine(Reply, frozen=True, tag="journal-line"):
    """News: a fact of the recording (docs/recording.md), on the disk already. Lines of one life come in order, and all that are not
    acknowledged come again after a restart of server, node or writer."""

    life: str
    n: int
    line: str
    """One canonical JSON object."""


class RecordingState(Reply, frozen=True, tag="recording-state"):
    """News: whether what this node records reaches a disk. Told when it changes; to a server that has just dialled only when it is not
    ok, so that until it is told otherwise it is. `no-writer`: for three seconds there has been none; `no-disk`: none takes anything;
    `stalled`: the disk, or the writer, has not answered for three seconds. What is missing meanwhile is told by `JournalLine`."""

    ok: bool
    reason: Literal["", "no-writer", "no-disk", "stalled"]
    """Empty when ok."""


FromNode = (
    Did | Answered | Failed | Rooms | Figures | ConnectionUp | LineChanged | OfferWanted | RoomClosed | JournalLine | RecordingState
)

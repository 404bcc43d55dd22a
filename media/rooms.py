"""All rooms of a node, and what each order does: orders in, replies out, no I/O of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from config.logs import Logger
from media.node_api import (
    AckJournal,
    AddCandidates,
    Answered,
    CloseRoom,
    ConnectionUp,
    Dial,
    Did,
    Drain,
    Failed,
    FromServer,
    GetFigures,
    JournalLine,
    Leave,
    LineChanged,
    ListRooms,
    OfferWanted,
    OpenRoom,
    Publish,
    Record,
    RecordingState,
    Reply,
    RoomClosed,
    SetHold,
    SetSourceOn,
    SetSuspended,
    Subscribe,
)
from media.node_api import (
    Rooms as RoomsReply,
)
from media.peer import Stale
from media.recording import BadRecord, Recording
from media.room import Room, TooMany
from media.sdp import BadSdp
from media.transport import Surroundings


class Unknown(Exception):
    """No such room."""


class Draining(Exception):
    """No new rooms."""


class AlreadyRecorded(Exception):
    """Another session is recorded in the room."""


class Rooms:
    """Carries out orders. News of the rooms goes to `listener`, if there is one."""

    def __init__(self, around: Surroundings, limit: int, log: Logger, recording: Recording | None = None) -> None:
        self.draining = False
        self.listener: Callable[[Reply], None] | None = None
        self._around = around
        self._limit = limit
        self._log = log
        self._rooms: dict[str, Room] = {}
        self._recording = recording
        if recording is not None:
            recording.tell = self._tell

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))

    @property
    def connections(self) -> int:
        return sum(room.connections for room in self._rooms.values())

    def _tell(self, news: Reply) -> None:
        if isinstance(news, ConnectionUp | OfferWanted | LineChanged):
            facts = {"room": news.room, "participant": news.participant, "connection": news.connection, "epoch": news.epoch}
            if isinstance(news, LineChanged):
                self._log.info("line-changed", **facts, level=news.level, silent=news.silent)
            else:
                self._log.info("connection-up" if isinstance(news, ConnectionUp) else "connection-ended", **facts)
        if self.listener is not None:
            self.listener(news)

    def carry_out(self, order: FromServer, node: str) -> Reply:
        """The one reply to an order. What goes wrong is a `Failed`, and then nothing has changed."""
        try:
            return self._carry_out(order, node)
        except BadSdp as error:
            return Failed(order.id, "bad-sdp", str(error))
        except Stale as error:
            return Failed(order.id, "stale-epoch", str(error))
        except Unknown as error:
            return Failed(order.id, "unknown-room", str(error))
        except BadRecord as error:
            return Failed(order.id, "bad-record", str(error))
        except AlreadyRecorded as error:
            return Failed(order.id, "already-recorded", str(error))
        except TooMany as error:
            return Failed(order.id, "too-many", str(error))
        except Draining:
            return Failed(order.id, "draining", "this node takes no new rooms")
        except OSError as error:
            self._log.error("no-socket", error=str(error))
            return Failed(order.id, "too-many", f"no socket for media: {error}")
        except Exception as error:  # an order that fails must not end the server's connection
            self._around.guard.caught(error)
            return Failed(order.id, "internal", "the node failed at this order; its log says why")

    def _carry_out(self, order: FromServer, node: str) -> Reply:
        match order:
            case Dial() | ListRooms():
                return RoomsReply(order.id, node, [room.state() for room in self])
            case OpenRoom():
                self._open(order.room)
            case CloseRoom():
                self._close(order.room)
            case Publish():
                return Answered(order.id, self._room(order.room).publish(order))
            case Subscribe():
                return Answered(order.id, self._room(order.room).subscribe(order))
            case AddCandidates():
                self._room(order.room).add_candidates(order)
            case SetHold():
                self._room(order.room).set_hold(order)
                self._log.info("hold", room=order.room, on=order.on)
            case SetSourceOn():
                self._room(order.room).set_source_on(order)
            case Leave():
                if order.room in self._rooms:
                    self._rooms[order.room].leave(order)
            case Record():
                self._record(order)
            case SetSuspended():
                self._room(order.room).set_suspended(order)
                self._log.info("suspended", room=order.room, on=order.on)
            case AckJournal():
                if self._recording is not None:
                    self._recording.acknowledge(order)
            case GetFigures():
                return self._room(order.room).figures(order.id)
            case Drain():
                self.drain()
            case _:
                assert_never(order)
        return Did(order.id)

    def _record(self, order: Record) -> None:
        room = self._room(order.room)
        if room.recorded == order.session:
            return
        if room.recorded is not None:
            raise AlreadyRecorded(f"the session {room.recorded} is recorded in this room")
        if self._recording is None:
            raise BadRecord("this node records nothing")
        room.record(self._recording.recorder(order))
        self._log.info("recording", room=order.room, session=order.session)

    def _room(self, name: str) -> Room:
        room = self._rooms.get(name)
        if room is None:
            raise Unknown(f"there is no room {name}")
        return room

    def _open(self, name: str) -> None:
        if name in self._rooms:
            return
        if self.draining:
            raise Draining
        if len(self._rooms) >= self._limit:
            raise TooMany(f"this node has {self._limit} rooms")
        self._rooms[name] = Room(self._around, name, self._tell)
        self._log.info("room-opened", room=name)

    def _close(self, name: str) -> None:
        room = self._rooms.pop(name, None)
        if room is not None:
            room.close()
            self._log.info("room-closed", room=name)

    def drain(self) -> None:
        """No new rooms from now on."""
        if not self.draining:
            self.draining = True
            self._log.info("node-draining", rooms=len(self._rooms))

    def close_all(self, reason: str) -> None:
        """End every room on our own."""
        for name in list(self._rooms):
            self._close(name)
            self._tell(RoomClosed(name, reason))

    def beat(self, now: float) -> None:
        """Ten times a second."""
        for room in self:
            try:
                room.beat(now)
            except Exception as error:  # one room's fault is not the others'
                self._around.guard.caught(error)
        if self._recording is not None:
            self._recording.beat(now)

    def owed(self, now: float) -> list[LineChanged | JournalLine | RecordingState]:
        """What a server which has just dialled must know: lines that are not good, a recording that reaches no disk, facts that nobody has
        acknowledged."""
        told = self._recording.owed() if self._recording is not None else []
        return [*(line for room in self for line in room.lines(now)), *told]

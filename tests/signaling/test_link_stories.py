"""Any story that a line can tell: whatever breaks, is doubled or lost, every body arrives once and in order."""

from __future__ import annotations

import itertools
import math
from collections import deque

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signaling.link import BadMessage, Closed, Door, EndLink, Established, LinkPolicy, Received, ServerLink
from signaling.shelf import Shelf
from signaling.wire.link import Data, FromEnd

TICKET = "t" * 32


class TwoHalves(RuleBasedStateMachine):
    """Sends, deliveries, drops, doubled frames, lost welcomes, resumes, a server that forgets: every body once, in order."""

    @initialize()
    def begin(self) -> None:
        self.policy = LinkPolicy(per_second=1000, burst=5000)  # the rate has its own story
        self.now, self.tokens = 0.0, itertools.count()
        self.shelf: Shelf[str] = Shelf(self.policy, keep_seconds=math.inf)
        self.end = EndLink(self.policy, 0)
        self.server: ServerLink | None = None
        self.door: Door | None = None
        self.connected = False
        self.up: deque[str] = deque()
        self.down: deque[str] = deque()
        self.sent_up, self.sent_down = list[bytes](), list[bytes]()
        self.got_up, self.got_down = list[bytes](), list[bytes]()
        self.bodies = itertools.count()
        self.numbers: dict[tuple[int, int], bytes] = {}
        self.forgotten = 0

    def pump(self) -> None:
        up = self.end.frames(self.now) if self.connected else []
        for frame in up:
            message = msgspec.json.decode(frame, type=FromEnd)
            if isinstance(message, Data):
                assert self.numbers.setdefault((self.forgotten, message.seq), bytes(message.body)) == bytes(message.body)
        self.up.extend(up)
        if self.server is not None and self.connected:
            self.down.extend(self.server.frames(self.now))
        for event in self.end.events():
            assert not isinstance(event, Closed | BadMessage)
            if isinstance(event, Received):
                self.got_down.append(event.body)
            if isinstance(event, Established) and not event.resumed and self.got_up:
                self.forgotten += 1
        if self.server is not None:
            for event in self.server.events():
                assert not isinstance(event, Closed | BadMessage)
                if isinstance(event, Received):
                    self.got_up.append(event.body)

    @rule()
    def time_passes(self) -> None:
        self.now += 0.2

    @rule(many=st.integers(1, 4))
    def the_end_sends(self, many: int) -> None:
        for _ in range(many if len(self.sent_up) < 200 else 0):
            self.sent_up.append(str(next(self.bodies)).encode())
            self.end.send(self.sent_up[-1], self.now)

    @precondition(lambda self: self.server is not None)
    @rule(many=st.integers(1, 4))
    def the_server_sends(self, many: int) -> None:
        for _ in range(many if len(self.sent_down) < 200 else 0):
            self.sent_down.append(str(next(self.bodies)).encode())
            self.server.send(self.sent_down[-1], self.now)

    @precondition(lambda self: not self.connected)
    @rule()
    def a_socket_opens(self) -> None:
        self.connected = True
        self.door = Door(self.policy, self.now)
        self.end.hello(TICKET, self.now)

    @precondition(lambda self: self.connected)
    @rule()
    def the_line_breaks(self) -> None:
        """Everything under way is lost, and whether the welcome was, is chance."""
        self.pump()
        self.up.clear()
        self.down.clear()
        self.connected = False
        self.end.lost(self.now)
        if self.server is not None:
            self.server.lost(self.now)

    @rule(many=st.integers(1, 6))
    def frames_go_up(self, many: int) -> None:
        self.pump()
        for _ in range(min(many, len(self.up))):
            frame = self.up.popleft()
            if self.door is not None:
                hello = self.door.receive(frame, self.door.deadline - 1)
                assert hello is not None
                self.door = None
                before, self.server = self.server, self.shelf.greet(hello, "kiosk", f"token-number-{next(self.tokens):06}", self.now, 0)
                if hello.link is None:  # its very first welcome was lost: nothing was ever received on that link
                    assert self.got_down == []
                    self.sent_down.clear()
                else:
                    assert self.shelf.held_by("kiosk")[-1] is before is self.server, "it was resumed, however often it broke"
            elif self.server is not None:
                self.server.receive(frame, self.now)
        self.pump()

    @rule(many=st.integers(1, 6))
    def frames_go_down(self, many: int) -> None:
        self.pump()
        for _ in range(min(many, len(self.down))):
            self.end.receive(self.down.popleft(), self.now)
        self.pump()

    @precondition(lambda self: bool(self.up))
    @rule()
    def a_frame_is_doubled(self) -> None:
        if '"type":"data"' in self.up[0]:
            self.up.appendleft(self.up[0])

    @precondition(lambda self: bool(self.down))
    @rule()
    def a_frame_down_is_doubled(self) -> None:
        if '"type":"data"' in self.down[0]:
            self.down.appendleft(self.down[0])

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        if hasattr(self, "got_up"):
            assert self.got_up == self.sent_up[: len(self.got_up)]
            assert self.got_down == self.sent_down[: len(self.got_down)]

    def teardown(self) -> None:
        """In the end the line holds, and everything arrives."""
        if not hasattr(self, "end"):
            return
        if not self.connected:
            self.a_socket_opens()
        for _ in range(400):
            self.now += 1.0
            self.frames_go_up(50)
            self.frames_go_down(50)
        assert self.got_up == self.sent_up
        assert self.got_down == self.sent_down
        assert self.forgotten == 0


TestTwoHalves = TwoHalves.TestCase
TestTwoHalves.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

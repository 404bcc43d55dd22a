"""The server's side of one socket until its hello, without I/O."""

from __future__ import annotations

import msgspec

from signaling.link_terms import Closed, LinkPolicy, bad_message, bye, unfit
from signaling.wire import PROTOCOL
from signaling.wire.link import Hello


class Door:
    """The server's side of a socket before the hello; `closed` is set when it is over, with the farewell in `frames()`."""

    def __init__(self, policy: LinkPolicy, now: float) -> None:
        self._policy, self._frames = policy, list[str]()
        self.deadline = now + policy.hello_within
        self.closed: Closed | None = None

    def receive(self, frame: str | bytes, now: float) -> Hello | None:
        """The hello, or None; then `closed` says why."""
        self.tick(now)
        if self.closed is None and (misfit := unfit(frame, self._policy)) is not None:
            self._close(misfit)
        if self.closed is not None:
            return None
        try:
            hello = msgspec.json.decode(frame, type=Hello)
        except (msgspec.MsgspecError, UnicodeError) as error:
            self.refuse("hello-expected", f"the first frame is the hello: {bad_message(error, frame).text}")
            return None
        if hello.protocol != PROTOCOL:
            self.refuse("protocol-version", f"this server speaks version {PROTOCOL}")
            return None
        return hello

    def refuse(self, code: str, text: str, again: bool = False) -> None:
        """Close the door with a reason."""
        self._close(Closed(code, text, again))

    def tick(self, now: float) -> None:
        if self.closed is None and now >= self.deadline:
            self.refuse("hello-expected", "no hello within the deadline")

    def frames(self) -> list[str]:
        """What to send now; each frame is given once."""
        frames, self._frames = self._frames, []
        return frames

    def _close(self, closed: Closed) -> None:
        if self.closed is None:
            self.closed = closed
            self._frames.append(bye(closed))

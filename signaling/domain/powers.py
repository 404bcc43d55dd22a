"""Which act at a window needs the home's power 授权, and on what it rests. Pure: whether a grant holds now is asked of the books.

Where a kiosk stands in its case's home, the window is the home's own and needs no power. Anywhere else each act below needs one that
holds in the moment of the act; yesterday's acts stand when it has ended, since the ledger says by which agreement they were done.

At a staffed window of a host its clerk or helper needs one as well, for each act by itself and by their own hand (`domain/window.py`, and
`office/windows.py`, which asks for the basis there).

`take-up` 受理 is in no row: whoever decides in a remote visit is the home's own clerk. That power is for a host's own counters, which
take cases up outside of this system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.powers import Act
from config.service import Delivery
from signaling.domain.refusals import NotAllowed

NEEDS: Mapping[str, Act] = {
    "ask-for-page": "accept-papers",
    "POST /api/v1/sessions/{session}/stills": "accept-papers",
    "check-still": "verify-original",
    "GET /api/v1/sessions/{session}/papers/{paper}": "one-time-notice",
    "GET /api/v1/sessions/{session}/papers/{paper}/pages/{page}": "one-time-notice",
}
"""Act by the policy's action. Of the papers only the notice, and only to the kiosk: a receipt is the resident's own, the clerk is the home."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an act at a window rests: the number of the agreement; None at the home's own window."""

    agreement: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """As they stand in the ledger entry of the act."""
        return {} if self.agreement is None else {"agreement": self.agreement}


OWN_WINDOW = Basis()


def basis(home: str, host: str, granted: str | None) -> Basis | None:
    """`granted`: the agreement of the power that holds now. None: it may not be done there."""
    if home == host:
        return OWN_WINDOW
    return None if granted is None else Basis(granted)


def required(found: Basis | None, session: str | None = None) -> Basis:
    """`session`: whose receipt was shown, since a request at a staffed window does not name it. Raises `NotAllowed` `no-power`."""
    if found is None:
        raise NotAllowed("no power of the home holds for it at this window now", code="no-power", session=session)
    return found


def ways_here(ways: Sequence[Delivery], *, may_deliver: bool) -> list[Delivery]:
    """How an outcome may reach the resident who asks at this window: collected nearby only under `deliver-outcome`, at home in any case."""
    left: list[Delivery] = [way for way in ways if may_deliver or way != "collect-nearby"]
    return left if left or not ways else ["collect-at-home"]

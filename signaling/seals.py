"""What a visit's recording will be sealed to, and whether there is a disk for it: asked before a ticket is given. Wired in app.py."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from recordings.keys import KeysError, load_public
from recordings.vault import Vault, VaultError
from signaling.domain.refusals import NotNow
from signaling.domain.states import SealedTo


class PublicSeals:
    """`ports.Seals` over DIR/keys and the disks of the vaults: with less than `refuse_below` free on all of them nothing new is begun,
    with less than `warn_below` on one of them the log says so."""

    def __init__(self, data: Path, vaults: Sequence[Path], refuse_below: float, warn_below: float, log: FilteringBoundLogger) -> None:
        self._data = data
        self._vaults = vaults
        self._refuse_below = refuse_below
        self._warn_below = warn_below
        self._log = log

    async def sealed_to(self, home: str) -> SealedTo:
        """Raises `NotNow` `not-recordable`."""
        return await asyncio.to_thread(self._sealed_to, home)

    def _sealed_to(self, home: str) -> SealedTo:
        try:
            public = load_public(self._data, home)
        except KeysError as error:
            self._log.error("no-key-to-seal-to", home=home, error=str(error))
            raise NotNow(f"{home} has no key to which a recording could be sealed", code="not-recordable") from None
        each = [_free(root) for root in self._vaults]
        if min(each, default=0.0) < self._warn_below:
            self._log.warning("disk-filling", free=[round(part, 3) for part in each])
        if self.free < self._refuse_below:
            raise NotNow("no disk has room for another recording", code="not-recordable")
        return SealedTo(base64.b64encode(public.sealing).decode(), public.sealing_fingerprint)

    @property
    def free(self) -> float:
        """The free part (0 to 1) of the disk that has most room; 0 when none can be written."""
        return max((_free(root) for root in self._vaults), default=0.0)


def _free(root: Path) -> float:
    """Of a vault that is not there yet, of the disk on which it will be."""
    place = root
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return Vault(place, make=False).space().ratio
    except VaultError:
        return 0.0

"""Keys in memory: what visits are sealed to, and custodies that sign with real keys, so that every head of a test can be verified."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings import canonical
from recordings.custody_client import Custody, CustodyAway, CustodyRefused, Kind
from recordings.data_key import fingerprint
from recordings.register import Refused, check, judge
from signaling.domain.refusals import NotNow
from signaling.domain.states import SealedTo


class MemorySeals:
    """`ports.Seals`: each home has a key; `refuses` is set while no recording can be made."""

    def __init__(self) -> None:
        self.refuses = False
        self._keys: dict[str, SealedTo] = {}

    async def sealed_to(self, home: str) -> SealedTo:
        if self.refuses:
            raise NotNow("no disk has room", code="not-recordable")
        if home not in self._keys:
            self.change(home)
        return self._keys[home]

    def change(self, home: str) -> SealedTo:
        """The home has another key from now on."""
        raw = X25519PrivateKey.generate().public_key().public_bytes_raw()
        self._keys[home] = SealedTo(base64.b64encode(raw).decode(), fingerprint(raw))
        return self._keys[home]


class MemoryCustody:
    """One jurisdiction's, with the rules of the real register: what was signed before is told again, what contradicts it never."""

    def __init__(self, jurisdiction: str) -> None:
        self.jurisdiction = jurisdiction
        self.away = False
        self.refuses: str | None = None
        self.asked = 0
        self._private = Ed25519PrivateKey.generate()
        self._newest: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def public(self) -> bytes:
        """The raw public key."""
        return self._private.public_key().public_bytes_raw()

    async def sign(self, statement: Mapping[str, Any], kind: Kind = "head") -> dict[str, Any]:
        self.asked += 1
        if self.away:
            raise CustodyAway(f"{self.jurisdiction} does not answer")
        if self.refuses is not None:
            raise CustodyRefused(self.refuses, "as the test says")
        try:
            checked = check(kind, dict(statement), self.jurisdiction)
            before = self._newest.get((checked["role"], checked["session"]))
            if before is not None and judge(kind, before[kind], checked):
                return before
        except Refused as refused:
            raise CustodyRefused(refused.code, refused.text) from None
        signature = base64.b64encode(self._private.sign(canonical.write(checked))).decode()
        record = {kind: checked, "key": fingerprint(self.public), "signature": signature}
        self._newest[checked["role"], checked["session"]] = record
        return record


class MemoryCustodians:
    """`notary.Custodians`: a custody for every jurisdiction that is asked for; `nobody` are those that have none."""

    def __init__(self) -> None:
        self.nobody: set[str] = set()
        self.found: Counter[str] = Counter()
        self._all: dict[str, MemoryCustody] = {}

    def __getitem__(self, jurisdiction: str) -> MemoryCustody:
        return self._all.setdefault(jurisdiction, MemoryCustody(jurisdiction))

    async def of(self, jurisdiction: str) -> Custody:
        self.found[jurisdiction] += 1
        if jurisdiction in self.nobody:
            raise CustodyAway(f"{jurisdiction} has none")
        return cast("Custody", self[jurisdiction])

"""Signed hand-overs as a home's custody makes them, without a visit: for receivers, and for whoever delivers to them."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from typing import Any

from recordings import canonical, electronic_file, heads
from recordings.handover import Statement, attributes
from recordings.keys import PublicKeys, ensure_demo_keys
from recordings.ledger import Entry, append, head_of, start
from recordings.package import Part
from recordings.private_keys import PrivateKeys
from signaling.office.handover_ports import Delivery

NOW = 1_790_000_000.0
AT = "2026-11-23T10:00:00.000Z"
PAGE = b"\xff\xd8 a page \xff\xd9"


class Cases:
    """Makes them with the keys of `data`."""

    def __init__(self, data: Path) -> None:
        self.keys: dict[str, PublicKeys] = ensure_demo_keys(data, ("jinshan", "haiyan"), NOW)
        self._private = {code: PrivateKeys(data, code) for code in self.keys}

    def delivery(self, case: str = "310116-330424-20261123-0001", page: bytes = PAGE, home: str = "jinshan", **changed: Any) -> Delivery:
        """`changed` fields of the metadata's `case` make a file that is not what its event says."""
        file, digest = self.file(case, page, home, **changed)
        statement = Statement(home, case, 1, "session-1", digest, AT)
        key, signature = self._private[home].sign(canonical.write(statement.plain()))
        record = canonical.write({"handover": statement.plain(), "key": key, "signature": base64.b64encode(signature).decode()})
        return Delivery(statement, record, file)

    def event(self, **how: Any) -> tuple[dict[str, str], bytes]:
        delivery = self.delivery(**how)
        return attributes(delivery.statement, delivery.record), delivery.file.read()

    def file(self, case: str, page: bytes, home: str, told: bytes | None = None, **changed: Any) -> tuple[io.BytesIO, str]:
        """`told`: what the ledger says the page was, if something else."""
        head, entries = start("session-1"), list[Entry]()
        digest = hashlib.sha256(page if told is None else told).hexdigest()
        for what, body in (
            ("ticket-taken", {"home": home, "host": "haiyan", "case": case}), ("still-taken", {"still": "1-page", "digest": digest}),
            ("rated", {"stars": 5}), ("closed", {"reason": "completed", "outcome": "accepted"}),
        ):  # fmt: skip
            entries.append(append(head, AT, "server", what, body))
            head = head_of(entries[-1])
        proofs = {
            electronic_file.HEAD: self._signed_head(entries, home), electronic_file.KEY: self.keys[home].encode(),
            electronic_file.PAPERS: electronic_file.proof(entries, (1, 2, 4)),
        }  # fmt: skip
        files = {"materials/00-01-1.jpg": page, **proofs}
        metadata = canonical.write({
            "case": {"case": case, "n": 1, "home": home, "session": "session-1", "outcome": "accepted", **changed},
            "files": electronic_file.listed({name: hashlib.sha256(data).hexdigest() for name, data in files.items()}),
            "format": electronic_file.FORMAT,
        })  # fmt: skip
        out = io.BytesIO()
        written = electronic_file.write(out, metadata, [Part(name, lambda data=data: (data,)) for name, data in files.items()])
        out.seek(0)
        return out, written.digest

    def _signed_head(self, entries: list[Entry], home: str) -> bytes:
        head = heads.head("session-1", entries, home, "home", AT)
        key, signature = self._private[home].sign(head.to_sign())
        return heads.Record(head, key, signature).encode()

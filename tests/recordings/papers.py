"""A visit with every paper: a still that was checked, a form that was frozen, shown and signed, what was written. Any of it may be forged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recordings import canonical
from tests.recordings.packages import ORIGIN, Packing, Story, digest

JPEG, PNG, PDF, JSON = "image/jpeg", "image/png", "application/pdf", "application/json"
FORM, AGAIN = "7100", "8200"
"""The ids of a form that was frozen twice."""


class Table(Story):
    """The story of a ledger, in which papers lie on the table."""

    def __init__(self, session: str = "s-20261123-0001") -> None:
        super().__init__(session)
        self.frozen: dict[str, dict[str, str]] = {}
        self.pages: dict[str, dict[str, str]] = {}
        self.lines: list[dict[str, Any]] = []
        self.records: dict[str, bytes] = {}

    def freeze(self, form: str = FORM, pages: int = 2) -> Table:
        """The form as paper, and its pages as the kiosk shows them."""
        values = digest(f"the fields of {form}".encode())
        pdf = self.paper("form-frozen", form, PDF, f"%PDF the form {form}".encode(), {"code": "move", "values": values, "version": "2026-11-01"})
        self.frozen[form] = {"pdf": pdf, "values": values}
        for number in range(pages):
            page = f"{form}-{number}"
            shown = self.paper("form-page", page, PNG, f"\x89PNG page {page}".encode(), {"form": form})
            self.pages[page] = {"form": form, "shown": shown}
        return self

    def melt(self, form: str = FORM) -> Table:
        self.add("form-melted", {"form": form})
        return self

    def record(self, form: str, page: str, **forged: Any) -> dict[str, Any]:
        """What is sealed of a signature."""
        frozen = self.frozen[form]
        return {
            "form": {"code": "move", "pdf": frozen["pdf"], "values": frozen["values"], "version": "2026-11-01"}, "schema": "virtual-window-signature/1",
            "session": self.session, "shown": {"height": 1527, "page": page, "picture": self.pages[page]["shown"], "width": 1080},
            "strokes": [[[1, 2, 500, 0], [3, 4, 510, 8]]], **forged,
        }  # fmt: skip

    def sign(
        self, signature: str, form: str = FORM, page: str = "", record: dict[str, Any] | bytes | None = None, forged: Mapping[str, Any] | None = None
    ) -> Table:
        """A signature on a page, the first one if none is named; `forged` fields stand in its entry instead of the true ones."""
        page = page or f"{form}-0"
        value = self.record(form, page) if record is None else record
        data = value if isinstance(value, bytes) else canonical.write(value)
        self.paper("signature-drawn", f"{signature}-picture", PNG, f"\x89PNG drawn {signature}".encode())
        true = {"drawn": f"{signature}-picture", "form": form, "page": page, "pdf": self.frozen[form]["pdf"], "place": 0, "shown": self.pages[page]["shown"]}
        self.paper("signature-given", signature, JSON, data, {**true, **(forged or {})})
        self.records[signature] = data
        return self

    def all_signed(self, paper: str = "7900", form: str = FORM) -> Table:
        self.paper("form-signed", paper, PDF, f"%PDF {form} with names".encode(), {"form": form})
        return self

    def say(self, *texts: str, by: str = "resident") -> Table:
        for text in texts:
            n = len(self.lines) + 1
            line = {"at": ORIGIN + n, "by": by, "n": n, "salt": digest(f"salt {n}".encode())[:32], "text": text}
            self.lines.append(line)
            self.add("text-said", {"by": by, "digest": digest(canonical.write(line)), "n": n})
        return self

    def keep(
        self, texts: str = "9000", lines: Iterable[dict[str, Any]] | None = None, count: int | None = None, forged: Mapping[str, Any] | None = None
    ) -> Table:
        """The transcript; of all lines, if none are given."""
        kept = list(self.lines if lines is None else lines)
        data = canonical.write({"lines": kept, "schema": "virtual-window-texts/1", "session": self.session, **(forged or {})})
        self.paper("texts-kept", texts, JSON, data, {"count": len(kept) if count is None else count})
        return self

    def packed(self, **changes: Any) -> bytes:
        """Over, signed by home and host, exported."""
        self.close()
        return Packing(self, self.signed(), **changes).pack()


def talking(session: str = "s-20261123-0001") -> Table:
    """In the middle of the talk."""
    table = Table(session)
    table.begin().talk()
    return table


def signed_visit(session: str = "s-20261123-0001") -> Table:
    """A still is checked, the form is signed by two, some lines are written and kept."""
    table = talking(session)
    table.paper("still-taken", "2000-page", JPEG, b"\xff\xd8 a page \xff\xd9")
    table.paper("still-checked", "2000-checked", JPEG, b"\xff\xd8 a page, checked \xff\xd9")
    table.freeze().sign("7200").sign("7300", page=f"{FORM}-1", forged={"place": 1}).all_signed()
    return table.say("我叫陆建国。", "Jianguo").say("收到", by="clerk").keep()

"""A slip is data: it can go to another process, and two of the same content are the same."""

from __future__ import annotations

import pickle

from config.text import Text
from signaling.office.slip import Proof, Row, Section, Slip


def test_it_survives_the_way_to_the_printer() -> None:
    slip = Slip(
        Text("告知单", "Notice"), "en", 1.0, ((Text("事项", "Service"), Text("结婚", "Marriage")),),
        (Section(Text("还缺", "Lacking"), (Row(Text("户口簿", "Book"), None, "原件"),)),), "a-case", Proof("A", "B", Text("码", "Code")),
    )  # fmt: skip
    assert pickle.loads(pickle.dumps(slip)) == slip and slip.closing == ()

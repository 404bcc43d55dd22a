"""Lines of Chinese and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.office.form_lines import broken


def wide(text: str) -> float:
    """A Chinese character is two wide, everything else one."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("张三", ["张三"]),
        ("居民身份证申领", ["居民身份证", "申领"]),
        ("一二三四五，六", ["一二三四", "五，六"]),
        ("一二三四（五）", ["一二三四", "（五）"]),
        ("the other side", ["the other", "side"]),
        ("北京 Beijing", ["北京", "Beijing"]),
        ("330424195803121547", ["3304241958", "03121547"]),
        ("一\n\n二", ["一", "", "二"]),
    ],
)
def test_ten_wide(text: str, lines: list[str]) -> None:
    assert broken(text, 10, wide) == lines


@given(st.text(alphabet="一二三，。（）ab c1\n", max_size=80), st.integers(4, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = broken(text, width, wide)
    assert all(wide(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())

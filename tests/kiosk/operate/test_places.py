"""Which windows can be opened: a file, and every mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problem import BadConfiguration
from kiosk.operate.border import TALL, THICK, button_place, strips
from kiosk.operate.grant import Box
from kiosk.operate.places import BUTTON, FRAME, read_windows, roomy

GOOD = """
[[windows]]
code = "tax"
name = { zh-CN = "电子税务局", en = "Tax office" }
url = "https://tax.example/login"
origins = ["https://id.example"]

[[windows]]
code = "permit"
name = { zh-CN = "居住证", en = "Residence permit" }
url = "http://permit.example:8080/"
box = [0, 80, 1200, 700]
"""
PAGES = ["https://window.example"]


def written(folder: Path, text: str) -> Path:
    file = folder / "desktop.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_of_windows(tmp_path: Path) -> None:
    tax, permit = read_windows(written(tmp_path, GOOD), PAGES)
    assert (tax.code, tax.name.en, tax.url, tax.box) == ("tax", "Tax office", "https://tax.example/login", None)
    assert tax.origins == ["https://id.example"]
    assert permit.box == (0, 80, 1200, 700)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"permit"', '"tax"', "stands twice"), ("https://tax.example/login", "file:///etc/passwd", "no address of a page"),
        ("https://tax.example/login", "https://window.example/kiosk", "never operated"), ("https://id.example", "https://window.example:443", "never operated"),
        ("https://id.example", "javascript:alert(1)", "no address of a page"), ("700]", "10]", "too small"), ("700]", "7.5]", "box"),
        ('code = "tax"', 'code = "../x"', "code"), ("box =", "bocks =", "bocks: is not known"), ("[[windows]]", "[[window]]", "not known"), (GOOD, "windows = []", "1 to 12"),
        (GOOD, "windows = [", "TOML"), ("居住证", "居" * 61, "too long"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        read_windows(written(tmp_path, GOOD.replace(before, after)), PAGES)
    assert refused.value.code == "bad-windows"
    assert told in str(refused.value)
    assert "desktop.toml" in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="cannot be read"):
        read_windows(tmp_path / "none.toml", PAGES)


def test_frame_and_button_lie_beside_a_window_that_has_no_place_of_its_own() -> None:
    assert (FRAME, BUTTON) == (THICK, THICK + TALL)
    screen = (1280, 800)
    window = roomy(screen)
    for each in (*strips(window, screen), button_place(window, (300, TALL), screen)):
        assert apart(window, each)
        assert each[0] >= 0
        assert each[1] >= 0


def apart(one: Box, other: Box) -> bool:
    return (
        one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0] or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    )

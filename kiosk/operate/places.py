"""Which windows a kiosk can open for an operation: a list in a file, so that nobody can ask for any other address."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import Code, Text
from kiosk.operate.grant import Box
from kiosk.operate.portal import origin

FRAME, BUTTON = 6, 62
"""Pixels that frame and stop button take beside the window (`border.py`)."""
MOST = 12
"""Windows: as many as the server lets a kiosk offer."""
LONGEST_NAME = 60
Url = Annotated[str, Meta(min_length=8, max_length=2000)]
Pixel = Annotated[int, Meta(ge=-16_384, le=16_384)]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of another authority in a window of its own."""

    code: Code
    name: Text
    url: Url
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = None
    """Left, top, width, height; without it as large as the screen allows beside frame and stop button."""
    origins: list[Url] = []
    """Where the page may go beside its own origin, for instance to log on."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    windows: list[Window]


def read_windows(file: Path, pages: Collection[str]) -> tuple[Window, ...]:
    """The windows of a TOML file, `[[windows]]` each. `pages` are the origins of the kiosk's own pages, which are never a window.

    Raises BadConfiguration `bad-windows` with every mistake in it.
    """
    try:
        text = TomlText(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise BadConfiguration("bad-windows", [Problem(str(file), None, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise BadConfiguration("bad-windows", [Problem(str(file), None, "", f"is not UTF-8 text: {error.reason}")]) from None
    found, own = text.into(_File), {origin(page) for page in pages}
    seen = set[str]()
    for number, window in enumerate(found.windows if found is not None else ()):
        here = ("windows", number)
        if window.code in seen:
            text.problems.append(text.problem((*here, "code"), f"{window.code} stands twice"))
        seen.add(window.code)
        for key, address in (("url", window.url), *(("origins", each) for each in window.origins)):
            if origin(address) == "null":
                text.problems.append(text.problem((*here, key), f"{address} is no address of a page", "http:// or https://"))
            elif origin(address) in own:
                text.problems.append(text.problem((*here, key), f"{address} is the kiosk's own page, which is never operated"))
        for language in ("zh-CN", "en"):
            if len(window.name.in_(language)) > LONGEST_NAME:
                text.problems.append(text.problem((*here, "name", language), "is too long", f"at most {LONGEST_NAME} characters"))
        if window.box is not None and min(window.box[2:]) < 100:
            text.problems.append(text.problem((*here, "box"), "is too small", "left, top, width, height, at least 100 by 100"))
    if found is not None and not 1 <= len(found.windows) <= MOST:
        text.problems.append(text.problem(("windows",), f"holds {len(found.windows)} windows", f"1 to {MOST}"))
    if found is None or text.problems:
        raise BadConfiguration("bad-windows", text.problems)
    return tuple(found.windows)


def roomy(screen: tuple[int, int]) -> Box:
    """The largest window on a screen of that width and height with frame and stop button beside it, not on it."""
    return FRAME, FRAME + BUTTON, screen[0] - 2 * FRAME, screen[1] - 2 * FRAME - BUTTON

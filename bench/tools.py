"""How soon the other side sees what one does with the clerk's tools, and how long a paper takes from frozen to signed.

    python -m bench.tools [--letters 60]

Two browsers, the real server, node and custody on this machine; both browsers read the same clock. Prints milliseconds: from a letter in
the resident's box to the same letter in the clerk's, the same the other way round, from the pen's touch to the stroke on the other glass, from the clerk's click on
*freeze* to the paper's pages, and from the resident's *sign this* to the signature in the case and to the signed PDF.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Page

from tests.browser.test_form_in_talk import fill_in_together, points_at, signs, talk_about_a_card
from tests.browser.window import shows, touch, until, window

NOW = "() => performance.timeOrigin + performance.now()"
# When the box first holds so many letters, by the clock that all browsers of this machine read.
WATCH = """([selector, most]) => { window.seen = []; const timer = setInterval(() => {
  const long = document.querySelector(selector)?.value.length ?? 0;
  while (window.seen.length < long) window.seen.push(performance.timeOrigin + performance.now());
  if (window.seen.length >= most) clearInterval(timer);
}, 2); }"""


def say(what: str, values: list[float]) -> None:
    print(f"{what}: p50 {statistics.median(values):.0f} ms, most {max(values):.0f} ms of {len(values)}")


async def letters(typist: Page, reader: Page, field: str, count: int) -> list[float]:
    """Milliseconds for each letter, typed at 8 a second."""
    await reader.evaluate(WATCH, [field, count])
    typed: list[float] = []
    box = typist.locator(field)
    await box.focus()
    for number in range(count):
        typed.append(await typist.evaluate(NOW))
        await typist.keyboard.insert_text("海盐县武原街道"[number % 7])
        await asyncio.sleep(0.125)
    await until(reader, "most => window.seen.length >= most", count)
    seen = await reader.evaluate("() => window.seen")
    return [there - here for here, there in zip(typed, seen, strict=True)]


# When the first stroke over the form is drawn.
STROKE = """() => { window.drawn = new Promise((done) => { const timer = setInterval(() => {
  if (Number(document.querySelector('[data-test=form-strokes]')?.dataset.strokes ?? 0) === 0) return;
  clearInterval(timer);
  done(performance.timeOrigin + performance.now());
}, 2); }); }"""


async def strokes(pointer: Page, reader: Page, count: int) -> list[float]:
    """Milliseconds from the pen's touch to the stroke on the other glass."""
    found: list[float] = []
    await touch(pointer, "form-point")
    for _ in range(count):
        await until(reader, "() => document.querySelector('[data-test=form-strokes]')?.dataset.strokes === '0'")
        await reader.evaluate(STROKE)
        # By the page's own clock: what the driver of the browser needs for its orders is not the line's.
        await pointer.evaluate("() => addEventListener('pointerdown', (event) => { window.began = performance.timeOrigin + event.timeStamp; }, { capture: true, once: true })")
        await points_at(pointer, "name")
        await pointer.mouse.up()
        found.append(await reader.evaluate("() => window.drawn") - await pointer.evaluate("() => window.began"))
    await touch(pointer, "form-point")
    return found


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with window(Path(folder) / "data") as w:
            kiosk, desk, _ = await talk_about_a_card(w)
            await touch(desk, "lay-form")
            await shows(kiosk, "guided-form")
            await shows(desk, "guided-form")
            say("a letter, kiosk → counter", await letters(kiosk, desk, "#form-household", count))
            say("a letter, counter → kiosk", await letters(desk, kiosk, "#form-name", min(count, 30)))
            say("a stroke over the form, counter → kiosk", await strokes(desk, kiosk, 10))
            await fill_in_together(kiosk, desk)
            began = await desk.evaluate(NOW)
            await touch(desk, "freeze-form")
            await shows(desk, "ask-signature-0")
            print(f"click on freeze → the paper can be signed: {await desk.evaluate(NOW) - began:.0f} ms; the first one starts the printer")
            await touch(desk, "ask-signature-0")
            await signs(kiosk)
            began = await kiosk.evaluate(NOW)
            await touch(kiosk, "sign-give")
            await shows(kiosk, "sign-thanks")
            print(f"sign this → sealed and in the case: {await kiosk.evaluate(NOW) - began:.0f} ms")
            await shows(desk, "form-signed")
            print(f"sign this → the signed paper is at the counter: {await desk.evaluate(NOW) - began:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--letters", type=int, default=60)
    asyncio.run(main(parser.parse_args().letters))

"""On hold nothing is seen or heard on either side, and that is the media node's doing, not the page's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.window import keep, mark, sees, shows, touch, until, window
from tests.waiting import until as comes

TRAFFIC = """async (direction) => {
  const totals = {audio: 0, video: 0};
  for (const connection of window.connections.filter((each) => each.connectionState !== "closed")) {
    (await connection.getStats()).forEach((each) => {
      if (each.type === direction) totals[each.kind] += each.packetsReceived ?? each.packetsSent;
    });
  }
  return totals;
}"""
SENT_MORE = """async ([direction, kind, than]) => {
  let total = 0;
  for (const connection of window.connections.filter((each) => each.connectionState !== "closed"))
    (await connection.getStats()).forEach((each) => { if (each.type === direction && each.kind === kind) total += each.packetsSent ?? each.packetsReceived; });
  return total > than;
}"""


async def traffic(page: Page, direction: str) -> dict[str, Any]:
    """RTP packets that the page's connections have sent (`outbound-rtp`) or received (`inbound-rtp`), by kind."""
    counted: dict[str, Any] = await page.evaluate(TRAFFIC, direction)
    return counted


async def middle_is_dark(page: Page, test: str) -> bool:
    """Whether nothing of the fake camera's bright green shows in the middle of the stage."""
    import cv2
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(await mark(page, test).screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    blue, green, red = (picture[:, :, n].astype(int) for n in range(3))
    return not bool(((green - red > 80) & (green - blue > 80)).any())


async def test_hold_is_dark_and_silent_on_both_sides(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await touch(desk, "hold")
        for page, stage in ((kiosk, "screen-talk"), (desk, "stage-talk")):
            await shows(page, "hold-cover")
            assert await middle_is_dark(page, stage)
        await keep(kiosk, "kiosk-hold")
        await keep(desk, "counter-hold")
        # The pages hear of it at the same time as the node, not after it.
        await comes(lambda: '"hold"' in (w.served.data / "logs" / "node.log").read_text())

        # Both ends go on sending; not one packet of it reaches the other. (What was under way when the hold began has arrived.)
        for page in (kiosk, desk):
            sent = await traffic(page, "outbound-rtp")
            await until(page, SENT_MORE, ["outbound-rtp", "audio", sent["audio"] + 25])
        received = [await traffic(page, "inbound-rtp") for page in (kiosk, desk)]
        for page in (kiosk, desk):
            sent = await traffic(page, "outbound-rtp")
            await until(page, SENT_MORE, ["outbound-rtp", "audio", sent["audio"] + 50])
        assert [await traffic(page, "inbound-rtp") for page in (kiosk, desk)] == received

        frames = await sees(kiosk, "clerk"), await sees(desk, "resident")
        await touch(desk, "hold")
        await mark(kiosk, "hold-cover").wait_for(state="hidden")
        await sees(kiosk, "clerk", frames=frames[0] + 3)
        await sees(desk, "resident", frames=frames[1] + 3)
        for page, before in zip((kiosk, desk), received, strict=True):
            await until(page, SENT_MORE, ["inbound-rtp", "audio", before["audio"] + 10])


async def test_a_muted_microphone_is_not_forwarded_and_both_sides_see_it(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await touch(kiosk, "toggle-microphone")
        await shows(desk, "muted-resident")
        sent = await traffic(kiosk, "outbound-rtp")
        await until(kiosk, SENT_MORE, ["outbound-rtp", "audio", sent["audio"] + 25])
        heard = (await traffic(desk, "inbound-rtp"))["audio"]
        await until(kiosk, SENT_MORE, ["outbound-rtp", "audio", sent["audio"] + 75])
        assert (await traffic(desk, "inbound-rtp"))["audio"] == heard
        await touch(kiosk, "toggle-microphone")
        await until(desk, SENT_MORE, ["inbound-rtp", "audio", heard + 10])

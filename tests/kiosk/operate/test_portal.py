"""A page in a real Chromium that is asked about itself, kept in its bounds and erased."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.operate.display import Screen
from kiosk.operate.grant import Field
from kiosk.operate.portal import Place, Portal, PortalError, origin
from tests.kiosk.operate.desktop import by_id, place, run
from tests.waiting import until, until_found

NAME = Field("name", typeable=True)


async def focus(portal: Portal, name: str) -> Field | None:
    await run(portal, f"({by_id(name)}.focus(), 1)")
    return (await portal.look()).focused


async def test_the_page_names_its_fields_and_what_is_secret(portal: Portal) -> None:
    assert (await portal.look()).focused is None
    assert await focus(portal, "name") == NAME
    assert await focus(portal, "number") == Field("number", personal=True, typeable=True)
    assert await focus(portal, "password") == Field("password", secret=True, typeable=True)
    assert await focus(portal, "district") == Field("district", lists=True)
    assert await focus(portal, "send") == Field("send")
    look = await portal.look(await place(portal, by_id("name")))
    assert look.at == NAME
    assert len(look.masks) == 3, "number, password, balance"
    label = await portal.look(await place(portal, "document.querySelector('label:nth-of-type(4)').firstChild.parentElement"))
    assert label.at is not None
    assert label.at.secret, "its words lead into the field"


@pytest.mark.parametrize(
    ("markup", "secret", "personal"),
    [
        ('<input id=x autocomplete="one-time-code">', True, False), ('<input id=x autocomplete="cc-number">', True, False),
        ('<input id=x placeholder="短信验证码">', True, False), ('<input id=x name="payPassword">', True, False),
        ('<div data-sensitive><input id=x></div>', True, False), ('<textarea id=x placeholder="身份证号码"></textarea>', False, True),
        ('<input id=x value="330424199001011234">', False, True), ('<input id=x value="2024">', False, False),
        ('<iframe id=x srcdoc="<input>" sandbox></iframe>', True, False),
    ],
)  # fmt: skip
async def test_what_counts_as_secret_or_personal(portal: Portal, markup: str, secret: bool, personal: bool) -> None:
    await run(portal, f"(document.body.innerHTML = {markup!r}, 1)")
    at = await place(portal, by_id("x"))
    look = await portal.look(at)
    assert look.at is not None
    assert (look.at.secret, look.at.personal and not look.at.secret) == (secret, personal)
    assert bool(look.masks) == (secret or personal)


async def test_fields_within_frames_and_components_are_found_where_they_are(portal: Portal) -> None:
    await run(
        portal,
        """(document.body.innerHTML = '<div style="height:100px"></div><iframe id=f style="margin-left:50px;border:5px solid" src="/elsewhere"></iframe>'
        + '<x-card id=c style="display:block"></x-card>', new Promise(done => { document.getElementById('f').onload = () => done(1); }))""",
    )
    await run(
        portal,
        """(document.getElementById('f').contentDocument.body.innerHTML = '<input type=password id=p style="position:absolute;left:20px;top:30px">',
        document.getElementById('c').attachShadow({mode: 'open'}).innerHTML = '<input type=password>', 1)""",
    )
    look = await portal.look()
    assert len(look.masks) == 2
    left, top = await run(portal, "(b => [b.left + 5 + 20, b.top + 5 + 30])(document.getElementById('f').getBoundingClientRect())")
    assert abs(look.masks[0][0] - left) <= 3
    assert abs(look.masks[0][1] - top) <= 3
    await run(portal, "(document.getElementById('c').shadowRoot.firstChild.focus(), 1)")
    inner = (await portal.look()).focused
    assert inner is not None
    assert inner.secret


async def test_the_page_cannot_see_that_it_is_asked(portal: Portal) -> None:
    assert await run(portal, "typeof look") == "undefined"


async def test_masks_follow_scrolling(portal: Portal) -> None:
    await run(portal, "(document.body.style.height = '3000px', scrollTo(0, 50), 1)")
    look = await portal.look()
    top = float(await run(portal, f"{by_id('password')}.getBoundingClientRect().top"))
    assert any(abs(box[1] - top) <= 3 for box in look.masks)


async def test_a_page_that_has_gone_elsewhere_says_so(portal: Portal) -> None:
    left = list[int]()
    portal.on_left = lambda: left.append(1)
    await run(portal, f"({by_id('elsewhere')}.click(), 1)")
    await until(lambda: left)
    await until_found(lambda: other_origin(portal))


async def other_origin(portal: Portal) -> bool:
    return (await portal.look()).origin not in portal.allowed


async def test_a_page_that_stops_answers_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.operate.portal.SILENT", 3.0)
    await portal._cdp.ask("Runtime.evaluate", portal._session, expression="setTimeout(() => alert(1), 0)")
    with pytest.raises(PortalError) as raised:
        while True:
            await portal.look()
    assert raised.value.code == "page-silent"


async def test_one_window_is_one_window(portal: Portal, screen: Screen) -> None:
    await portal._cdp.ask("Runtime.evaluate", portal._session, expression=f"{by_id('window')}.click()", userGesture=True)
    await until_found(lambda: pages(portal, 2))
    await until_found(lambda: pages(portal, 1))
    await until(
        lambda: [each.id for each in screen.desktop().windows if each.pid == portal.pid and not each.popup] == [portal.window]
    )


async def pages(portal: Portal, count: int) -> bool:
    targets = (await portal._cdp.ask("Target.getTargets"))["targetInfos"]
    return len([each for each in targets if each["type"] == "page"]) in (count, 1)


async def test_nothing_listens_and_nothing_stays(portal: Portal, screen: Screen) -> None:
    arguments = Path(f"/proc/{portal.pid}/cmdline").read_bytes()
    assert b"--remote-debugging-pipe" in arguments
    assert b"--remote-debugging-port" not in arguments
    folder = portal.folder
    assert (folder / "profile").exists()
    await portal.close()
    await portal.close()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(portal.pid, 0)
    assert [each for each in screen.desktop().windows if each.pid == portal.pid] == []


async def test_a_browser_that_cannot_start_leaves_nothing(screen: Screen, display: str, tmp_path: Path) -> None:
    with pytest.raises(PortalError):
        await Portal.open(Place("http://127.0.0.1:9/", display, browser="no-such-browser"), screen, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_origins_are_what_pages_call_them() -> None:
    assert origin("https://a.example/x?y") == origin("https://a.example:443") == "https://a.example"
    assert origin("http://a.example:8080/") == "http://a.example:8080"
    assert origin("about:blank") == origin("data:text/html,x") == origin("chrome://settings") == origin("file:///etc") == "null"

"""The program `virtual-window-kiosk desktop`: open until it is stopped, and a sentence for every reason why it does not open."""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from config.problem import BadConfiguration
from kiosk.__main__ import DesktopError, arguments, desktop
from tests.kiosk.operate.door_page import PAGE, page_at
from tests.programs import Program
from tests.waiting import until

WINDOWS = (
    '[[windows]]\ncode = "portal"\nname = { zh-CN = "政务服务", en = "Portal" }\nurl = "%s/portal"\nbox = [150, 100, 900, 600]\n'
)


def command(folder: Path, display: str, site: str = "https://portal.example", origin: str = PAGE) -> list[str]:
    file = folder / "desktop.toml"
    file.write_text(WINDOWS % site, encoding="utf-8")
    return [
        "desktop",
        "--display",
        display,
        "--port",
        "0",
        "--token-file",
        str(folder / "token"),
        "--origin",
        origin,
        "--windows",
        str(file),
    ]


async def test_it_is_open_until_it_is_stopped(tmp_path: Path, display: str, site: str) -> None:
    async with Program("kiosk", *command(tmp_path, display, site)) as program:
        await until(lambda: program.out.endswith("\n"))
        port = json.loads(program.out)["ready"]
        token = tmp_path / "token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        async with page_at(port, token=token.read_text().strip()) as page:
            await page.grant(level="view")
            assert page.of("granted")
            program.process.send_signal(signal.SIGTERM)
            assert (await page.word("ended"))["reason"] == "closed"
            assert page.lines[-1] == {"did": "revoked", "reason": "closed"}
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert ended.out.count("\n") == 1
    assert token.read_text().strip() not in ended.log + ended.out


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"--display": "nonsense"}, "no-display"), ({"--origin": f"{PAGE}/kiosk"}, "bad-origin"),
        ({"--origin": "null"}, "bad-origin"), ({"--origin": "https://portal.example"}, "bad-windows"), ({"--windows": "none.toml"}, "bad-windows"),
        ({"--token-file": "nowhere/token"}, "bad-secret"),
    ],
)  # fmt: skip
async def test_what_is_wrong_has_its_code(tmp_path: Path, display: str, change: dict[str, str], code: str) -> None:
    words = command(tmp_path, display)
    for option, value in change.items():
        words[words.index(option) + 1] = value
    with pytest.raises((DesktopError, BadConfiguration)) as refused:
        await desktop(arguments(words))
    assert refused.value.code == code  # type: ignore[attr-defined] # both have one


async def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    async with Program("kiosk", *command(tmp_path, ":31999")) as program:
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: no-display: "), ended.log
    assert ended.out == ""


async def test_a_port_that_is_taken_is_told(tmp_path: Path, display: str) -> None:
    async with Program("kiosk", *command(tmp_path, display)) as first:
        await until(lambda: first.out.endswith("\n"))
        words = command(tmp_path, display)
        words[words.index("--port") + 1] = str(json.loads(first.out)["ready"])
        async with Program("kiosk", *words) as second:
            ended = await second.ended()
    assert (ended.status, "error: port-taken: " in ended.log) == (1, True)


async def test_without_python_xlib_it_says_what_to_install(tmp_path: Path, display: str) -> None:
    (tmp_path / "Xlib").mkdir()
    (tmp_path / "Xlib" / "__init__.py").write_text("raise ModuleNotFoundError('it is not here', name='Xlib')\n")
    async with Program("kiosk", *command(tmp_path, display), variables={**os.environ, "PYTHONPATH": str(tmp_path)}) as program:  # noqa: TID251 - the program's own with one thing more
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: no-xlib: ")
    assert "[kiosk]" in ended.log

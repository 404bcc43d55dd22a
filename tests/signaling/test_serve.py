"""`virtual-window serve` as an operator meets it: started, asked how it is, started twice, misconfigured, stopped."""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
import stat
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.serving import Served, serving
from tests.simulated import clerk, resident
from tests.waiting import LONG


async def get(url: str, tls: ssl.SSLContext | bool = True) -> tuple[int, Any, Any]:
    """Status, body and headers."""
    async with aiohttp.ClientSession() as http, http.get(url, ssl=tls) as answer:
        body = await answer.json() if answer.content_type == "application/json" else await answer.text()
        return answer.status, body, answer.headers


async def run(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of one `virtual-window serve`."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", "serve", *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, err = await asyncio.wait_for(child.communicate(), LONG)
    assert child.returncode is not None
    return child.returncode, err.decode()


async def test_it_says_how_it_is_and_what_it_serves(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as served:
        assert (await get(f"{served.url}/healthz"))[:2] == (200, {"ok": True})
        assert (await get(f"{served.url}/readyz"))[:2] == (200, {"ready": True, "store": True, "node": True, "draining": False, "handovers_waiting": 0})
        assert (await get(f"{served.url}/version"))[1]["protocol"] == 1
        status, described, headers = await get(f"{served.url}/api/v1/openapi.json")
        assert status == 200
        assert "/api/v1/login" in described["paths"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "virtual_window_node_up 1.0" in (await get(f"{served.url}/metrics"))[1]
        assert (await get(f"{served.url}/nothing-here"))[0] == 404


async def test_the_trials_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as served:
        file = served.data / "demo.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        trial = json.loads(file.read_text(encoding="utf-8"))
        assert set(trial) == {"server", "kiosks", "people"}
        assert trial["server"] == served.url
        assert all(set(kiosk) == {"id", "jurisdiction", "key"} for kiosk in trial["kiosks"])
        assert all(set(person) == {"login", "password", "role", "jurisdiction", "skills"} for person in trial["people"])
        assert {person["jurisdiction"] for person in trial["people"]} == {"haiyan", "jinshan", "pinghu"}
        assert len({person["password"] for person in trial["people"]}) == len(trial["people"])
        served.process.terminate()  # type: ignore[union-attr] # it runs
        assert await asyncio.wait_for(served.process.wait(), LONG) == 0  # type: ignore[union-attr]
        before = trial["people"]
        await served.start()
        assert served.trial["people"] == before, "a second start keeps the people"


async def test_two_servers_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as served:
        code, said = await run("--data", str(served.data), "--port", "0")
        assert code != 0
        assert said.startswith("already-running: ")
        assert (await get(f"{served.url}/readyz"))[0] == 200


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("[session]\nring_secods = 5\n", "ring_secods"),
        ("[server]\nport = 70000\n", "port"),
        ("[server\n", "virtual-window.toml:1:"),
    ],
)
async def test_a_mistake_in_the_settings_is_named_with_its_line(tmp_path: Path, settings: str, named: str) -> None:
    (tmp_path / "virtual-window.toml").write_text(settings, encoding="utf-8")
    code, said = await run("--data", str(tmp_path))
    assert code == 2
    assert "bad-settings" in said
    assert named in said
    assert "Traceback" not in said


async def test_a_public_address_needs_tls(tmp_path: Path) -> None:
    code, said = await run("--data", str(tmp_path), "--bind", "192.0.2.77")
    assert code == 2
    assert "bad-settings" in said
    assert "tls" in said


async def test_tls_by_a_local_authority(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", "--tls-self-signed") as served:
        assert served.url.startswith("https://")
        trusting = ssl.create_default_context(cafile=str(served.data / "tls" / "ca.crt"))
        status, _, headers = await get(f"{served.url}/readyz", trusting)
        assert status == 200
        assert "max-age" in headers["Strict-Transport-Security"]
        assert "BEGIN CERTIFICATE" in (served.data / "tls" / "ca.crt").read_text()
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await get(f"{served.url}/readyz")


async def node_gone(served: Served, pid: int) -> None:
    """Until the media node has ended itself."""
    async with asyncio.timeout(LONG):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.05)


async def test_asked_to_stop_while_nobody_talks_it_stops_and_so_does_its_node(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as served:
        assert served.process is not None
        node = served.node_pid()
        served.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(served.process.wait(), LONG) == 0
        await node_gone(served, node)


async def test_asked_to_stop_it_lets_the_running_talk_finish_and_takes_no_new_visit(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data") as served,
        clerk(served) as li,
        resident(served) as wang,
    ):
        await wang.says("first frame")
        await li.says("first frame")
        assert served.process is not None
        served.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LONG):
            while (await get(f"{served.url}/readyz"))[0] != 503:
                await asyncio.sleep(0.05)
        async with resident(served, number=1) as late:
            await late.process.wait()
            assert "draining" in late.log
        li.process.terminate()  # the clerk finishes what runs and goes home
        assert (await wang.result())["outcome"] == "accepted"
        assert await asyncio.wait_for(served.process.wait(), LONG) == 0

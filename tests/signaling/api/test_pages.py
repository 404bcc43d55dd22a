"""The pages and the headers that every answer carries; no name from outside becomes a path."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from signaling.api.pages import CONTENT_SECURITY_POLICY, HEADERS, PAGES
from tests.signaling.api.porch import Porch
from tests.waiting import LONG

SECRET = "the secret of the house"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A front end as it is built, with things around it that nobody may see."""
    folder = tmp_path / "dist"
    (folder / "assets" / "deeper").mkdir(parents=True)
    for name in PAGES.values():
        (folder / name).write_text(f"<!doctype html><title>{name}</title>")
    for name, text in (("main-a1B2.js", "let x"), ("main-a1B2.css", "a{}"), ("bell.wav", "RIFF"), ("words.json", "{}"), ("odd.xyz", "?"), ("a.b.svg", "<svg/>")):
        (folder / "assets" / name).write_text(text)
    for secret in (tmp_path / "secret.txt", folder / "secret.txt", folder / "assets" / ".hidden", folder / "assets" / "deeper" / "secret.txt"):
        secret.write_text(SECRET)
    return folder


async def test_the_three_pages_are_served_and_asked_for_anew_each_time(dist: Path) -> None:
    async with Porch(dist) as porch:
        for path, name in PAGES.items():
            status, said, answer = await porch.ask("GET", path)
            assert (status, said) == (200, f"<!doctype html><title>{name}</title>")
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert answer.headers["Cache-Control"] == "no-cache"


async def test_assets_have_their_type_and_are_kept_for_a_year_since_their_name_carries_a_hash(dist: Path) -> None:
    async with Porch(dist) as porch:
        for name, kind in (("main-a1B2.js", "text/javascript"), ("main-a1B2.css", "text/css"), ("bell.wav", "audio/wav"), ("words.json", "application/json"),
                           ("a.b.svg", "image/svg+xml"), ("odd.xyz", "application/octet-stream")):  # fmt: skip
            status, _, answer = await porch.ask("GET", f"/assets/{name}")
            assert (status, answer.content_type) == (200, kind)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    ["/assets/../secret.txt", "/assets/..%2fsecret.txt", "/assets/%2e%2e/secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt", "/assets/..%5csecret.txt",
     "/assets/.hidden", "/assets/%2ehidden", "/assets/deeper", "/assets/deeper/secret.txt", "/assets/deeper%2fsecret.txt", "/assets/main-a1B2.js%00.css",
     "/assets/", "/assets", "/assets/~", "/assets/.", "/assets/main-a1B2.js/", "/assets/" + "a" * 3000, "/assets//etc/passwd", "/secret.txt", "/dist/secret.txt"],
)  # fmt: skip
async def test_no_spelling_of_a_name_leads_out_of_the_folder(dist: Path, path: str) -> None:
    async with Porch(dist) as porch:
        reader, writer = await asyncio.open_connection("127.0.0.1", porch.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = (await asyncio.wait_for(reader.read(), LONG)).decode()
        writer.close()
        assert answer.split()[1] in ("404", "400"), path
        assert SECRET not in answer


async def test_pages_that_were_not_built_say_how_they_are(tmp_path: Path) -> None:
    async with Porch(tmp_path / "nothing") as porch:
        for path in PAGES:
            status, said, answer = await porch.ask("GET", path)
            assert (status, said) == (503, "The pages have not been built: run `make setup`.")
            assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert (await porch.ask("GET", "/assets/main.js"))[0] == 404
        assert (await porch.ask("GET", "/healthz"))[0] == 200


async def test_every_answer_carries_the_headers_refusals_included(dist: Path) -> None:
    async with Porch(dist) as porch:
        porch.doorman.fail = RuntimeError("broken")
        asked = [
            ("GET", "/", None, 200), ("GET", "/assets/main-a1B2.js", None, 200), ("GET", "/healthz", None, 200), ("GET", "/assets/no.js", None, 404),
            ("GET", "/nowhere", None, 404), ("DELETE", "/", None, 405), ("GET", "/api/v1/me", None, 401), ("POST", "/api/v1/login", {"login": "x"}, 400),
            ("POST", "/api/v1/login", {"login": "li", "password": "p"}, 500),
        ]  # fmt: skip
        for method, path, body, expected in asked:
            status, _, answer = await porch.ask(method, path, body)
            assert status == expected, path
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
            assert "Strict-Transport-Security" not in answer.headers, "there is no TLS"


async def test_over_tls_the_browser_is_told_to_stay_there() -> None:
    async with Porch(tls=True) as porch:
        for path in ("/healthz", "/nowhere"):
            _, __, answer = await porch.ask("GET", path)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY and "http" not in CONTENT_SECURITY_POLICY and "*" not in CONTENT_SECURITY_POLICY
    assert (HEADERS["X-Content-Type-Options"], HEADERS["Referrer-Policy"]) == ("nosniff", "no-referrer")
    for denied in ("geolocation", "payment", "usb", "clipboard-read"):
        assert f"{denied}=()" in HEADERS["Permissions-Policy"]
    for needed in ("camera", "microphone", "display-capture"):
        assert f"{needed}=(self)" in HEADERS["Permissions-Policy"]

"""The local certificate authority: browsers that trust it trust the server, and what lies there is made anew when it will not do."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import ssl
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from config.clock import SystemClock
from signaling import local_tls

NAMES = ["localhost", "127.0.0.1", "::1", "hall-pc"]
DAY = 86_400.0
NOW = SystemClock().now()


def made(folder: Path, names: list[str] = NAMES, now: float = NOW) -> dict[str, bytes]:
    """Everything that lies there afterwards."""
    assert local_tls.make(folder, names, now) == folder / "ca.crt"
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def certificate(content: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(content)


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[int]:
    """A TLS server that says hello; yields its port."""

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    context = local_tls.context(folder / "server.crt", folder / "server.key")
    async with await asyncio.start_server(hello, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def greeted(port: int, trusted: ssl.SSLContext, name: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusted, server_hostname=name)
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_who_trusts_the_authority_trusts_the_server_by_each_of_its_names_and_by_no_other(tmp_path: Path) -> None:
    made(tmp_path)
    trusted = ssl.create_default_context(cafile=tmp_path / "ca.crt")
    async with served(tmp_path) as port:
        for name in NAMES:
            assert await greeted(port, trusted, name) == b"hello"
        with pytest.raises(ssl.SSLCertVerificationError):
            await greeted(port, trusted, "evil.test")
        with pytest.raises(ssl.SSLCertVerificationError):
            await greeted(port, ssl.create_default_context(), "localhost")


async def test_old_versions_of_tls_are_not_spoken(tmp_path: Path) -> None:
    made(tmp_path)
    context = local_tls.context(tmp_path / "server.crt", tmp_path / "server.key")
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_keys_are_readable_by_their_owner_only_and_stay_so(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    for names in (NAMES, ["localhost"]):
        made(folder, names)
        for key in ("ca.key", "server.key"):
            assert stat.S_IMODE((folder / key).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not [file for file in folder.iterdir() if file.suffix == ".new"]


def test_what_will_do_is_left_as_it_is(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert made(tmp_path, [*reversed(NAMES), "localhost"]) == first
    assert made(tmp_path, now=NOW + (local_tls.SERVER_DAYS - local_tls.RENEW_DAYS - 1) * DAY) == first


@pytest.mark.parametrize(("names", "later"), [(["localhost", "10.0.0.7"], 0.0), (NAMES, (local_tls.SERVER_DAYS - local_tls.RENEW_DAYS + 1) * DAY), (NAMES, 3000 * DAY)], ids=["other names", "soon over", "long over"])
def test_other_names_or_an_end_in_sight_make_a_new_certificate_of_the_same_authority(tmp_path: Path, names: list[str], later: float) -> None:
    first = made(tmp_path)
    again = made(tmp_path, names, NOW + later)
    assert (again["ca.crt"], again["ca.key"]) == (first["ca.crt"], first["ca.key"])
    assert again["server.crt"] != first["server.crt"]
    certificate(again["server.crt"]).verify_directly_issued_by(certificate(first["ca.crt"]))


async def test_whatever_an_interrupted_start_left_behind_the_next_one_serves(tmp_path: Path) -> None:
    whole, other = tmp_path / "whole", tmp_path / "other"
    made(whole)
    made(other)
    cases: list[dict[str, bytes | None]] = []
    for name in ("server.crt", "server.key", "ca.crt", "ca.key"):
        cases += [{name: None}, {name: b""}, {name: (whole / name).read_bytes()[:100]}, {name: (other / name).read_bytes()}]
    cases += [{"server.crt": None, "server.key": None}, {"ca.crt": None, "ca.key": None}]
    for number, case in enumerate(cases):
        folder = tmp_path / f"case-{number}"
        shutil.copytree(whole, folder)
        for name, content in case.items():
            if content is None:
                (folder / name).unlink()
            else:
                (folder / name).write_bytes(content)
        made(folder)
        async with served(folder) as port:
            trusted = ssl.create_default_context(cafile=folder / "ca.crt")
            assert await greeted(port, trusted, "localhost") == b"hello", case


def test_the_certificates_are_what_browsers_take(tmp_path: Path) -> None:
    files = made(tmp_path)
    server, authority = certificate(files["server.crt"]), certificate(files["ca.crt"])
    assert server.not_valid_after_utc - server.not_valid_before_utc <= dt.timedelta(days=398)
    assert server.not_valid_before_utc <= dt.datetime.fromtimestamp(NOW, dt.UTC)
    usage = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical and constraints.value.ca and constraints.value.path_length == 0
    assert authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert not server.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert server.serial_number != authority.serial_number

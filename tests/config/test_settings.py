"""The defaults are complete, documented, and the ones the design names."""

from __future__ import annotations

import msgspec
import pytest

from config.mirror import field_docs
from config.settings import Limits, Login, Media, Server, Session, Settings, Store, is_loopback

SECTIONS = [field.type for field in msgspec.structs.fields(Settings)]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_has_a_default_and_a_sentence(section: type[msgspec.Struct]) -> None:
    docs = field_docs(section)  # type: ignore[arg-type]  # every section of Settings is a Section
    for field in msgspec.structs.fields(section):
        assert not field.required, field.name
        assert len(docs.get(field.name, "")) > 10, field.name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_a_time_or_a_size_names_its_unit(section: type[msgspec.Struct]) -> None:
    docs = field_docs(section)  # type: ignore[arg-type]  # every section of Settings is a Section
    for field in msgspec.structs.fields(section):
        unit = field.name.rpartition("_")[2]
        if unit in ("seconds", "minutes", "hours", "days", "bytes"):
            assert unit in docs[field.name].lower() or "kB" in docs[field.name], field.name


def test_the_defaults_hold_their_own_bounds() -> None:
    defaults = msgspec.to_builtins(Settings())
    assert msgspec.convert(defaults, Settings) == Settings()


def test_the_numbers_of_the_design() -> None:
    assert (Session().ring_seconds, Session().clerk_grace_seconds, Session().resident_grace_seconds, Session().parked_minutes) == (20, 60, 90, 10)
    assert (Limits().message_bytes, Limits().messages_per_second, Limits().burst) == (65_536, 20, 40)
    assert (Limits().sockets_per_user, Limits().sockets_per_address, Limits().hello_seconds, Limits().json_depth) == (5, 20, 5, 8)
    assert (Limits().send_queue_messages, Limits().send_queue_bytes, Limits().send_seconds) == (256, 1_048_576, 5)
    assert Media().idle_minutes == 10
    assert (Media().numbers.camera.width, Media().numbers.camera.fps, Media().numbers.camera.max_bitrate) == (1280, 30, 1_500_000)
    small = Media(profile="small").numbers.camera
    assert (small.width, small.height, small.fps) == (640, 360, 15)


def test_plain_http_is_for_loopback_only() -> None:
    assert not Server().tls
    assert Server(bind="::1")
    with pytest.raises(ValueError, match=r"0\.0\.0\.0 is not a loopback address"):
        Server(bind="0.0.0.0")
    assert Server(bind="0.0.0.0", tls_self_signed=True).tls
    assert Server(bind="0.0.0.0", tls_certificate="a.pem", tls_key="a.key").tls


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        Server(tls_certificate="a.pem")
    with pytest.raises(ValueError, match="port_min is above"):
        Media(port_min=3000, port_max=2000)
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        Media(addresses=["nowhere"])
    with pytest.raises(ValueError, match="password_file"):
        Store(url="postgresql+asyncpg://window:pass@db/window")
    assert Store(url="postgresql+asyncpg://window@db:5432/window")


def test_nobody_stays_locked_out() -> None:
    assert Login().backoff_max_seconds <= 3600


@pytest.mark.parametrize(("host", "loopback"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("example.org", False)])
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback

"""The defaults are complete, documented, and the ones the design names."""

from __future__ import annotations

import msgspec
import pytest

from config.mirror import field_docs
from config.settings import Limits, Login, Media, Recording, Server, Session, Settings, Store, is_loopback

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


def test_the_numbers_of_a_recording() -> None:
    of = Recording()
    assert (of.late_seconds, of.suspension_seconds, of.view_hours) == (5, 120, 12)
    assert (of.warn_below, of.refuse_below) == (0.2, 0.1), "there is time between the warning and the refusal"
    assert not of.start_custody, "in earnest each home runs its own"
    assert not any(name in Recording.__struct_fields__ for name in ("on", "off", "enabled")), "there is no button"


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ("jinshan=http://127.0.0.1:8700", True), ("jinshan=https://custody.jinshan.example:8700", True), ("a-1=http://[::1]:8700", True),
        ("http://127.0.0.1:8700", False), ("jinshan=", False), ("jinshan=127.0.0.1:8700", False), ("Jinshan=http://127.0.0.1:8700", False),
        ("../jinshan=http://127.0.0.1:8700", False), ("jinshan=http://user:word@127.0.0.1:8700", False), ("jinshan=http://127.0.0.1:8700/path", False),
        ("jinshan=unix:custody.sock", False),
    ],
)  # fmt: skip
def test_a_custody_elsewhere_is_named_by_jurisdiction_and_address(entry: str, fits: bool) -> None:
    given = {"recording": {"custody": [entry]}}
    if fits:
        assert msgspec.convert(given, Settings).recording.custody == [entry]
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(given, Settings)


@pytest.mark.parametrize("section", [{"warn_below": 1.1}, {"refuse_below": -0.1}, {"view_hours": 0}, {"view_hours": 25}, {"late_seconds": 0}, {"suspension_seconds": -1}])
def test_what_makes_no_sense_for_a_recording_is_refused(section: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"recording": section}, Settings)


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

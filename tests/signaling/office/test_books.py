"""What the office reads of the jurisdictions and the catalogue: terms, hours and names, in the version of the day."""

from __future__ import annotations

import datetime as dt
import math
from zoneinfo import ZoneInfo

import pytest

from config.clock import HandClock
from config.library import load_library
from signaling.domain.refusals import Refusal
from signaling.office.books import USUAL_MINUTES, ConfiguredBooks, reader

SHANGHAI = ZoneInfo("Asia/Shanghai")
LIBRARY = load_library()
CATALOGUE = LIBRARY.catalogue
WEDNESDAY = dt.datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI).timestamp()
SUNDAY = dt.datetime(2026, 11, 29, 10, 0, tzinfo=SHANGHAI).timestamp()
LONG_AGO = dt.datetime(1990, 1, 1, tzinfo=SHANGHAI).timestamp()


def books(now: float = WEDNESDAY) -> ConfiguredBooks:
    return ConfiguredBooks(LIBRARY, HandClock(now))


def test_the_terms_of_a_service_name_each_consent_in_its_version_of_the_day() -> None:
    terms = books().terms("jinshan-marriage-registration", "jinshan", "haiyan")
    assert (terms.code, terms.home, terms.version) == ("jinshan-marriage-registration", "jinshan", "2025-05-10")
    assert "both-cards" in [question.id for question in terms.rules.questions]
    assert {c.text: c.version for c in terms.consents} == {c: CATALOGUE.consent(c, WEDNESDAY).version for c in ("recording", "identity-check", "papers-to-home")}
    assert next(c for c in terms.consents if c.text == "recording").required


@pytest.mark.parametrize(
    ("service", "home", "host", "code"),
    [
        ("jinshan-no-such-thing", "jinshan", "haiyan", "unknown-service"),
        ("jinshan-marriage-registration", "pinghu", "haiyan", "unknown-service"),
        ("jinshan-marriage-registration", "jinshan", "jinshan", "not-offered-here"),
        ("jinshan-marriage-registration", "jinshan", "../etc", "not-offered-here"),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_place(service: str, home: str, host: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        books().terms(service, home, host)
    assert (refused.value.code, refused.value.path) == (code, "$.service")


def test_a_service_is_unknown_before_its_first_day() -> None:
    with pytest.raises(Refusal) as refused:
        books(LONG_AGO).terms("jinshan-marriage-registration", "jinshan", "haiyan")
    assert refused.value.code == "unknown-service"


def test_open_on_a_working_day_and_on_a_sunday_it_says_when() -> None:
    assert books().opens("jinshan", WEDNESDAY) is None
    opens = books().opens("jinshan", SUNDAY)
    assert opens is not None
    assert dt.datetime.fromtimestamp(opens, SHANGHAI).weekday() == 0
    with pytest.raises(Refusal) as refused:
        books().opens("atlantis", WEDNESDAY)
    assert refused.value.code == "unknown-jurisdiction"


def test_when_nothing_is_known_of_the_hours_it_never_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(LIBRARY.jurisdictions), "is_open", lambda *_: False)
    monkeypatch.setattr(type(LIBRARY.jurisdictions), "next_opening", lambda *_: None)
    assert books().opens("jinshan", WEDNESDAY) == math.inf


def test_a_running_case_keeps_a_name_and_a_length_when_the_catalogue_no_longer_has_its_service() -> None:
    today, then = books(), books(LONG_AGO)
    assert today.service_name("jinshan-marriage-registration", "zh-CN") != "jinshan-marriage-registration"
    assert then.service_name("jinshan-marriage-registration", "zh-CN") == "jinshan-marriage-registration"
    offer = CATALOGUE.service("jinshan-marriage-registration", WEDNESDAY)
    assert offer is not None
    assert (today.minutes("jinshan-marriage-registration"), then.minutes("jinshan-marriage-registration")) == (offer.service.minutes, USUAL_MINUTES)


def test_names_in_the_readers_language_and_the_id_where_there_is_none() -> None:
    b = books()
    assert b.kiosk_name("haiyan-k1", "zh-CN") != b.kiosk_name("haiyan-k1", "en")
    assert b.counter_name("jinshan-1", "zh-CN") != b.counter_name("jinshan-1", "en")
    assert b.kiosk_name("nowhere-k9", "en") == "nowhere-k9"
    assert b.counter_name("nowhere-9", "en") == "nowhere-9"
    assert [reader(language) for language in ("en", "zh-CN", "fr", "")] == ["en", "zh-CN", "zh-CN", "zh-CN"]


def test_numbers_of_cases_and_tickets_and_the_counters_in_their_order() -> None:
    b = books()
    assert b.letter("jinshan") == "J"
    assert b.administrative_code("jinshan") == "310116"
    assert b.counters("jinshan") == ["jinshan-1", "jinshan-2", "jinshan-3", "jinshan-4"]
    assert b.counters("atlantis") == []

"""The catalogue as a page reads it: what may be asked for here, in both languages, and whether it is open now."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest

from config.catalogue import load_catalogue
from config.eligibility import Eligibility
from config.service import Fee
from config.settings import Settings
from signaling.wire.http import Catalogue
from tests.signaling.api.porch import offerings

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = dt.datetime(2026, 11, 29, 10, 0, tzinfo=SHANGHAI).timestamp()


def test_a_kiosk_offers_what_other_homes_let_it_offer_and_a_person_sees_what_their_home_decides() -> None:
    kiosk, person = offerings().for_kiosk("haiyan-k1", "haiyan"), offerings().for_person("haiyan")
    assert {service.home for service in kiosk.services} == {"jinshan", "pinghu"}
    assert {service.home for service in person.services} == {"haiyan"}
    assert {each.code for each in kiosk.jurisdictions} == {"haiyan", "jinshan", "pinghu"}
    assert [each.code for each in kiosk.jurisdictions if each.here] == ["haiyan"]


@pytest.mark.parametrize("here", ["haiyan", "jinshan", "pinghu"])
def test_a_page_holds_together_and_fits_the_wire(here: str) -> None:
    page = offerings().for_kiosk(f"{here}-k1", here)
    assert msgspec.json.decode(msgspec.json.encode(page), type=Catalogue) == page
    homes, events = {each.code for each in page.jurisdictions}, {each.code for each in page.life_events}
    texts = {each.text: each for each in page.consents}
    for service in page.services:
        assert service.home in homes and service.life_event in events
        assert set(service.consents) <= set(texts)
        assert service.name.zh and service.name.en
        assert service.minutes > 0 and service.working_days >= 0
        assert service.delivery and service.result.zh and service.result.en and service.version
        assert all(material.zh and material.en for material in service.materials)
    assert all(each.title.zh and each.title.en and each.body.zh and each.body.en for each in page.consents)
    assert texts["recording"].required
    assert page.staffed_window.zh and page.staffed_window.en
    assert len({each.accent for each in page.jurisdictions}) == len(page.jurisdictions)


@pytest.mark.parametrize("here", ["haiyan", "jinshan", "pinghu"])
def test_the_rules_reach_the_page_as_they_stand_in_the_catalogue(here: str) -> None:
    page = msgspec.json.decode(msgspec.json.encode(offerings().for_person(here)))
    catalogue, now = load_catalogue(), SUNDAY
    for shown in page["services"]:
        offer = catalogue.service(shown["code"], now)
        assert offer is not None
        assert msgspec.convert(shown["eligibility"], Eligibility) == offer.service.rules
        assert msgspec.convert(shown["fee"], Fee) == offer.service.fee
        assert shown["version"] == offer.service.version


def test_open_or_when_it_opens() -> None:
    assert {(each.open, each.opens) for each in offerings().for_kiosk("haiyan-k1", "haiyan").jurisdictions} == {(True, None)}
    closed = offerings(SUNDAY, always_open=False).for_kiosk("haiyan-k1", "haiyan").jurisdictions
    assert not any(each.open for each in closed)
    for each in closed:
        assert each.opens is not None and each.opens > SUNDAY
        assert dt.datetime.fromtimestamp(each.opens, SHANGHAI).weekday() < 5


def test_the_media_numbers_are_those_of_the_profile() -> None:
    profile, media = Settings().media.numbers, offerings().for_kiosk("haiyan-k1", "haiyan").media
    assert (media.camera.width, media.camera.height, media.camera.fps, media.camera.max_bitrate) == (
        profile.camera.width, profile.camera.height, profile.camera.fps, profile.camera.max_bitrate,
    )  # fmt: skip
    assert (media.microphone.width, media.microphone.fps, media.microphone.max_bitrate) == (0, 0, profile.microphone.max_bitrate)
    assert media.screen.max_bitrate == profile.screen.max_bitrate
    assert media.document.max_bitrate == profile.document.max_bitrate


def test_names_and_jurisdictions_that_are_known_and_those_that_are_not() -> None:
    assert offerings().kiosk_name("haiyan-k1") != "haiyan-k1"
    assert offerings().kiosk_name("nowhere-k1") == "nowhere-k1"
    assert offerings().knows_jurisdiction("haiyan")
    assert not offerings().knows_jurisdiction("../haiyan")


def test_each_service_is_offered_once_in_the_version_in_force() -> None:
    services = offerings().for_person("haiyan").services
    assert len({service.code for service in services}) == len(services)
    marriage = next(service for service in services if service.code == "haiyan-marriage-registration")
    assert "nationwide" in marriage.name.en, "the version before it ended in May 2025"

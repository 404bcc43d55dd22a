"""The catalogue: what may be asked for where, by which rules, in which words, valid on which day. Mistakes in it: test_catalogue_checks."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path

import pytest

from config.calendar import BEIJING
from config.catalogue import Catalogue, load_catalogue
from config.eligibility import GOES_ON
from config.forms import load_forms
from config.jurisdiction import load_jurisdictions
from config.problem import BadConfiguration
from config.service import Service
from config.text import HERE, Text

JURISDICTIONS = load_jurisdictions()
CATALOGUE = load_catalogue(jurisdictions=JURISDICTIONS, forms=load_forms())
FLAGSHIP = ("marriage-registration", "identity-card", "temporary-identity-card")


def at(text: str) -> float:
    """Seconds of a Beijing midnight or time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()


NOW = at("2026-11-23T10:00")


def marriage(moment: float, catalogue: Catalogue = CATALOGUE) -> Service:
    offer = catalogue.service("jinshan-marriage-registration", moment)
    assert offer is not None
    return offer.service


def test_the_public_counts_hold() -> None:
    assert Counter(offer.home for offer in CATALOGUE.offered_at("haiyan", NOW)) == {"jinshan": 28, "pinghu": 10}
    assert Counter(offer.home for offer in CATALOGUE.offered_at("jinshan", NOW)) == {"haiyan": 31}
    assert [len(CATALOGUE.of_home(home, NOW)) for home in ("jinshan", "haiyan", "pinghu")] == [28, 31, 10]


@pytest.mark.parametrize("home", ["haiyan", "jinshan", "pinghu"])
def test_every_stage_of_life_has_something(home: str) -> None:
    assert {offer.service.life_event for offer in CATALOGUE.of_home(home, NOW)} == {each.code for each in CATALOGUE.life_events}


@pytest.mark.parametrize("home", ["haiyan", "jinshan", "pinghu"])
def test_the_flagship_services_are_real_and_the_rest_says_it_is_sample(home: str) -> None:
    real = {offer.service.code for offer in CATALOGUE.of_home(home, NOW) if not offer.service.sample}
    assert real == {f"{home}-{name}" for name in FLAGSHIP}


@pytest.mark.parametrize("home", ["haiyan", "jinshan", "pinghu"])
def test_the_flagship_services_are_complete(home: str) -> None:
    for name in FLAGSHIP:
        offer = CATALOGUE.service(f"{home}-{name}", NOW)
        assert offer is not None
        service = offer.service
        assert service.form and service.materials and service.basis and service.person == "in-person"
        assert set(service.consents) == {"recording", "identity-check", "papers-to-home"}
        kinds = {rule.kind for rule in service.rules.rules}
        assert kinds >= {"go-on", "go-on-bring"} and kinds - GOES_ON, "who goes on, who brings more, who goes elsewhere"
    card = CATALOGUE.service(f"{home}-identity-card", NOW)
    assert card is not None and (card.service.fee.yuan, card.service.fee.up_to) == (0, 40)


def texts_of(service: Service) -> list[Text]:
    """Everything that a resident may read of it."""
    found = [service.name, service.result, *(m.name for m in service.materials), *filter(None, (service.basis, service.fee.note))]
    for question in service.rules.questions:
        found += [question.text, *(option.label for option in question.options)]
    return found + [text for rule in service.rules.rules for text in (rule.reason, *rule.bring)]


@pytest.mark.parametrize("home", ["haiyan", "jinshan", "pinghu"])
def test_no_two_services_have_one_name(home: str) -> None:
    names = [offer.service.name for offer in CATALOGUE.of_home(home, NOW)]
    assert len({name.zh for name in names}) == len({name.en for name in names}) == len(names)


def test_the_marriage_rules_change_at_midnight_in_beijing_on_10_may_2025() -> None:
    before, after = marriage(at("2025-05-09T23:59:59")), marriage(at("2025-05-10T00:00:00"))
    assert "户口簿" in " ".join(material.name.zh for material in before.materials)
    assert "户口簿" not in " ".join(material.name.zh for material in after.materials)
    assert "声明" in " ".join(material.name.zh for material in after.materials)
    assert "声明" in " ".join(material.name.zh for material in before.materials), "asked for then too"
    assert {before.person, after.person} == {"in-person"} and {before.mode, after.mode} == {"guided-appointment"}
    assert (before.version, after.version) == ("2023-06-01", "2025-05-10")
    assert CATALOGUE.service("jinshan-marriage-registration", at("2023-05-31T12:00:00")) is None


def test_a_temporary_identity_card_takes_three_working_days() -> None:
    offer = CATALOGUE.service("haiyan-temporary-identity-card", NOW)
    assert offer is not None and offer.home == "haiyan" and offer.service.working_days == 3
    assert offer.service.delivery == ["collect-nearby"] and offer.service.fee.yuan == 10


@pytest.mark.parametrize("moment", ["2025-05-09T12:00", "2026-11-23T10:00"])
def test_two_marry_a_card_is_for_one_with_a_guardian_and_anything_else_for_whoever_comes(moment: str) -> None:
    for host in JURISDICTIONS:
        for offer in CATALOGUE.offered_at(host, at(moment)):
            name, parties = offer.service.code.removeprefix(f"{offer.home}-"), offer.service.parties
            expected = {"marriage-registration": (2, 2), "identity-card": (1, 2), "temporary-identity-card": (1, 2)}.get(name, (1, 4))
            assert (parties.least, parties.most) == expected, offer.service.code


@pytest.mark.parametrize("moment", ["2025-05-09T12:00", "2026-11-23T10:00"])
def test_every_text_is_chinese_in_one_language_and_not_in_the_other(moment: str) -> None:
    for host in JURISDICTIONS:
        for offer in CATALOGUE.offered_at(host, at(moment)):
            for text in texts_of(offer.service):
                assert any("\u4e00" <= each <= "\u9fff" for each in text.zh), text
                assert not any("\u4e00" <= each <= "\u9fff" for each in text.en), text


def test_consents_are_asked_in_order_and_only_recording_is_a_condition() -> None:
    asked = CATALOGUE.consents(NOW)
    assert [(code, version.required) for code, version in asked] == [("recording", True), ("identity-check", False), ("papers-to-home", False)]
    assert all(version.version == version.valid_from.isoformat() for _, version in asked)
    with pytest.raises(LookupError):
        CATALOGUE.consent("recording", at("2001-01-01T00:00:00"))


def test_every_service_asks_at_least_for_the_recording() -> None:
    for home in JURISDICTIONS:
        assert all("recording" in offer.service.consents for offer in CATALOGUE.of_home(home, NOW))


def test_the_most_used_of_a_home_have_places_of_their_own() -> None:
    for home in JURISDICTIONS:
        places = [offer.service.popular for offer in CATALOGUE.of_home(home, NOW) if offer.service.popular]
        assert len(places) == len(set(places)) and 1 in places


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("services", "consents"):
        shutil.copytree(HERE / name, tmp_path / name)
    shutil.copy(HERE / "life_events.toml", tmp_path)
    return tmp_path


def test_missing_files_are_told(folder: Path) -> None:
    (folder / "life_events.toml").unlink()
    with pytest.raises(BadConfiguration, match=r"life_events\.toml: is missing"):
        load_catalogue(folder)
    shutil.rmtree(folder / "consents")
    with pytest.raises(BadConfiguration, match=r"consents: holds no"):
        load_catalogue(folder)


def test_a_new_wording_replaces_the_old_from_its_day_on(folder: Path) -> None:
    file = folder / "consents" / "recording.toml"
    text = file.read_text(encoding="utf-8")
    body = text[text.index("[[versions]]") :]
    old = text.replace("required = true", "required = true\nvalid_to = 2027-01-31", 1)
    file.write_text(old + "\n\n" + body.replace("2026-09-01", "2027-02-01", 1), encoding="utf-8")
    catalogue = load_catalogue(folder)
    assert catalogue.consent("recording", at("2027-01-31T23:00")).version == "2026-09-01"
    assert catalogue.consent("recording", at("2027-02-01T00:00")).version == "2027-02-01"

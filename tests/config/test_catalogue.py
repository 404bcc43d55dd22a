"""The catalogue: what may be asked for where, by which rules, in which words, valid on which day."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.calendar import BEIJING
from config.catalogue import Catalogue, Service, load_catalogue
from config.jurisdiction import load_jurisdictions
from config.problem import BadConfiguration
from config.text import HERE

JURISDICTIONS = load_jurisdictions()
CATALOGUE = load_catalogue(jurisdictions=JURISDICTIONS)


def at(text: str) -> float:
    """Seconds of a Beijing midnight or time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()


NOW = at("2026-11-23T10:00")


def marriage(moment: float, catalogue: Catalogue = CATALOGUE) -> Service:
    offer = catalogue.service("jinshan-marriage-registration", moment)
    assert offer is not None
    return offer.service


def test_each_direction_has_a_dozen_and_pinghu_a_few() -> None:
    homes = [offer.home for offer in CATALOGUE.offered_at("haiyan", NOW)]
    assert homes.count("jinshan") >= 12 and homes.count("pinghu") >= 6 and "haiyan" not in homes
    assert [offer.home for offer in CATALOGUE.offered_at("jinshan", NOW)].count("haiyan") >= 12
    assert {offer.service.code for offer in CATALOGUE.of_home("jinshan", NOW)} <= {offer.service.code for offer in CATALOGUE.offered_at("haiyan", NOW)}


@pytest.mark.parametrize("home", ["haiyan", "jinshan", "pinghu"])
def test_the_flagship_services_are_real_and_the_rest_says_it_is_sample(home: str) -> None:
    real = {offer.service.code for offer in CATALOGUE.of_home(home, NOW) if not offer.service.sample}
    assert real == {f"{home}-marriage-registration", f"{home}-identity-card", f"{home}-temporary-identity-card"}


def test_the_marriage_rules_change_at_midnight_in_beijing_on_10_may_2025() -> None:
    before, after = marriage(at("2025-05-09T23:59:59")), marriage(at("2025-05-10T00:00:00"))
    assert "户口簿" in " ".join(material.name.zh for material in before.materials)
    assert "户口簿" not in " ".join(material.name.zh for material in after.materials)
    assert "声明" in " ".join(material.name.zh for material in after.materials)
    assert after.person == "in-person"
    assert CATALOGUE.service("jinshan-marriage-registration", at("2023-05-31T12:00:00")) is None


def test_a_temporary_identity_card_takes_three_working_days() -> None:
    offer = CATALOGUE.service("haiyan-temporary-identity-card", NOW)
    assert offer is not None and offer.home == "haiyan" and offer.service.working_days == 3


def test_every_text_is_chinese_in_one_language_and_not_in_the_other() -> None:
    for host in JURISDICTIONS:
        for offer in CATALOGUE.offered_at(host, NOW):
            service = offer.service
            texts = [service.name, service.result, *(m.name for m in service.materials)]
            texts += [text for question in service.questions for text in (question.text, question.otherwise)]
            for text in texts:
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


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('home = "jinshan"', 'home = "jinshen"', 1), "home: jinshen is no jurisdiction (known: haiyan, jinshan, pinghu)"),
        (lambda text: text.replace('life_event = "birth"', 'life_event = "brith"', 1), "services[0].life_event: brith is no life event"),
        (lambda text: text.replace('["haiyan"]', '["jinshan"]', 1), "services[0].offered_at: jinshan is no other jurisdiction"),
        (lambda text: text.replace("2025-05-10", "2025-05-01", 1), "the version from 2023-06-01 is still valid then"),
        (lambda text: text.replace("2025-05-09", "2022-05-09", 1), "valid_to: is before valid_from"),
        (lambda text: text.replace("needed = true", 'needed = "yes"', 1), "questions[0].needed: Expected `bool`, got `str`"),
        (lambda text: text.replace('"recording"', '"recroding"', 1), "consents[0]: Invalid enum value 'recroding'"),
        (lambda text: text.replace('"jinshan-newborn"', '"haiyan-newborn"', 1), "haiyan-newborn is already a service of haiyan"),
        (lambda text: text.replace('mode = "guided-online"', 'mode = "remote"', 1), "mode: Invalid enum value 'remote'"),
        (lambda text: text.replace('id = "of-age"', 'id = "both-mainland"', 1), "two questions have the same id"),
    ],
)
def test_a_wrong_entry_is_told_where_and_why(folder: Path, change: Change, said: str) -> None:
    file = folder / "services" / "jinshan.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(change(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    with pytest.raises(BadConfiguration) as caught:
        load_catalogue(folder, JURISDICTIONS)
    assert caught.value.code == "bad-catalogue"
    assert said in str(caught.value)
    problem = next(each for each in caught.value.problems if said in str(each))
    assert problem.file == str(file) and problem.line is not None
    # The line is the right one: the key that is blamed, or its table, stands there.
    row = file.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert problem.key.rpartition(".")[2].partition("[")[0] in row


def test_missing_files_are_told(folder: Path) -> None:
    (folder / "life_events.toml").unlink()
    with pytest.raises(BadConfiguration, match=r"life_events\.toml"):
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

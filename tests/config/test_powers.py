"""Powers: what a host may do for a home, from which day to which, at which window; and what a mistake in a file says."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import BEIJING
from config.catalogue import load_catalogue
from config.jurisdiction import load_jurisdictions
from config.powers import Act, Hand, Power, Powers, load_powers
from config.problem import BadConfiguration
from config.text import HERE

JURISDICTIONS = load_jurisdictions()
CATALOGUE = load_catalogue(jurisdictions=JURISDICTIONS)
POWERS = load_powers(JURISDICTIONS, CATALOGUE)
CARD, MARRIAGE = "jinshan-identity-card", "jinshan-marriage-registration"
K1 = "haiyan-k1"


def on(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> float:
    return dt.datetime(year, month, day, hour, minute, tzinfo=BEIJING).timestamp()


NOW = on(2026, 11, 28)


def power(**changed: Any) -> Power:
    usual: dict[str, Any] = {
        "grantor": "jinshan", "grantee": "haiyan", "act": "take-up", "services": [CARD], "agreement": "7", "valid_from": dt.date(2026, 2, 1),
    }  # fmt: skip
    return Power(**(usual | changed))


def powers(*given_: Power) -> Powers:
    return Powers(given_, JURISDICTIONS, CATALOGUE)


# --- the content ----------------------------------------------------------------------------------


def test_a_host_takes_papers_in_for_every_service_that_it_offers() -> None:
    for host in JURISDICTIONS.values():
        offers = CATALOGUE.offered_at(host.code, NOW)
        for offer in offers:
            windows: list[tuple[str | None, Hand]] = [(None, "clerk"), (None, "helper"), *((kiosk.id, "kiosk") for kiosk in host.kiosks)]
            for window, hand in windows:
                found = POWERS.granted("accept-papers", offer.home, host.code, offer.service.code, window, NOW, hand)
                assert found is not None and found.agreement == "2023-09-22" and not found.sample


def test_everybody_takes_papers_in_for_the_two_others_since_the_agreement() -> None:
    for host in JURISDICTIONS:
        begun = POWERS.of(host, on(2023, 9, 22, 0))
        assert {each.grantor for each in begun} == set(JURISDICTIONS) - {host}
        assert {each.act for each in begun} == {"accept-papers"}
        assert POWERS.of(host, on(2023, 9, 21, 23, 59)) == []


def test_what_no_public_source_gives_is_marked_as_sample_data_and_nothing_else_is() -> None:
    for host in JURISDICTIONS:
        for each in POWERS.of(host, NOW):
            assert each.sample == (each.act != "accept-papers") == (each.agreement == "sample"), each


def test_an_original_is_checked_for_the_flagship_services_at_named_kiosks_only() -> None:
    for service in (CARD, MARRIAGE):
        assert POWERS.granted("verify-original", "jinshan", "haiyan", service, "haiyan-k1", NOW) is not None
        assert POWERS.granted("verify-original", "jinshan", "haiyan", service, "haiyan-k4", NOW) is None
        assert POWERS.granted("verify-original", "jinshan", "haiyan", service, None, NOW, "clerk") is None
    assert POWERS.granted("verify-original", "jinshan", "haiyan", "jinshan-newborn", "haiyan-k1", NOW) is None
    assert POWERS.granted("take-up", "jinshan", "haiyan", CARD, "haiyan-k1", NOW) is None, "a host does not decide"


def test_a_notice_is_handed_out_for_everything_and_an_outcome_collected_where_the_catalogue_says_nearby() -> None:
    for host in JURISDICTIONS.values():
        for offer in CATALOGUE.offered_at(host.code, NOW):
            of = offer.home, host.code, offer.service.code, host.kiosks[0].id, NOW
            assert POWERS.granted("one-time-notice", *of) is not None
            assert (POWERS.granted("deliver-outcome", *of) is not None) == ("collect-nearby" in offer.service.delivery)


# --- when, where, for what ------------------------------------------------------------------------


def test_a_power_begins_and_ends_at_midnight_in_beijing() -> None:
    some = powers(power(valid_to=dt.date(2026, 3, 31)))
    times = [on(2026, 1, 31, 23, 59), on(2026, 2, 1, 0), on(2026, 3, 31, 23, 59), on(2026, 4, 1, 0)]
    assert [some.granted("take-up", "jinshan", "haiyan", CARD, "haiyan-k2", at) is not None for at in times] == [False, True, True, False]
    assert [len(some.of("haiyan", at)) for at in times] == [0, 1, 1, 0]


def test_a_power_is_no_other_act_no_other_way_round_and_nobody_else_s() -> None:
    some = powers(power())
    assert some.granted("take-up", "jinshan", "haiyan", CARD, K1, NOW) == power()
    assert some.granted("verify-original", "jinshan", "haiyan", CARD, K1, NOW) is None
    assert some.granted("take-up", "haiyan", "jinshan", CARD, "jinshan-k1", NOW) is None
    assert some.granted("take-up", "jinshan", "pinghu", CARD, "pinghu-k1", NOW) is None
    assert some.granted("take-up", "jinshan", "haiyan", MARRIAGE, K1, NOW) is None
    assert some.of("jinshan", NOW) == []


def test_all_services_are_those_of_the_grantor() -> None:
    some = powers(power(services="all"))
    assert some.granted("take-up", "jinshan", "haiyan", MARRIAGE, K1, NOW) is not None
    for service in ("haiyan-identity-card", "pinghu-identity-card", "nothing"):
        assert some.granted("take-up", "jinshan", "haiyan", service, K1, NOW) is None


def test_a_kiosk_of_somebody_else_has_no_power_even_where_all_windows_have() -> None:
    some = powers(power())
    for kiosk in ("jinshan-k1", "pinghu-k1", "nowhere"):
        assert some.granted("take-up", "jinshan", "haiyan", CARD, kiosk, NOW) is None


def test_what_one_hand_may_is_not_anothers_to_do() -> None:
    some = powers(power(act="accept-papers", hands=["clerk"]))
    of: tuple[Act, str, str, str] = ("accept-papers", "jinshan", "haiyan", CARD)
    assert some.granted(*of, None, NOW, "clerk") is not None
    assert some.granted(*of, None, NOW, "helper") is None and some.granted(*of, K1, NOW) is None
    assert some.granted(*of, K1, NOW, "clerk") is None, "a staffed window is no kiosk"
    assert powers(power(act="accept-papers")).granted(*of, None, NOW) is None, "and a kiosk's hand has a kiosk"


def test_the_shipped_powers_let_no_helper_deliver_decide_or_certify() -> None:
    assert {each.act for each in POWERS.every if "helper" in each.hands} == {"accept-papers", "one-time-notice"}
    assert {each.act for each in POWERS.every if "clerk" in each.hands} == {"accept-papers", "one-time-notice", "deliver-outcome"}


@given(
    begin=st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    days=st.none() | st.integers(0, 400),
    site=st.sampled_from([["haiyan-k1"], ["haiyan-k2", "haiyan-k3"], "all"]),
    kiosk=st.sampled_from([None, "haiyan-k1", "haiyan-k3", "jinshan-k1"]),
    at=st.dates(dt.date(2026, 1, 1), dt.date(2028, 6, 1)),
)
def test_a_power_holds_in_its_place_and_time_and_nowhere_else(
    begin: dt.date, days: int | None, site: Sequence[str], kiosk: str | None, at: dt.date
) -> None:
    end = None if days is None else begin + dt.timedelta(days)
    found = powers(power(valid_from=begin, valid_to=end, site=site)).granted(
        "take-up", "jinshan", "haiyan", CARD, kiosk, on(at.year, at.month, at.day)
    )
    here = kiosk in ("haiyan-k1", "haiyan-k3") if site == "all" else kiosk is not None and kiosk in site
    assert (found is not None) == (begin <= at <= (end or at) and here)


# --- mistakes -------------------------------------------------------------------------------------

ENTRY = """\
[[powers]]
grantee = "haiyan"
act = "take-up"
site = ["haiyan-k1", "haiyan-k2"]
services = ["jinshan-identity-card"]
agreement = "12"
valid_from = 2026-02-01
valid_to = 2026-12-31
"""
FILE = 'grantor = "jinshan"\n' + ENTRY  # the entry begins on line 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Only what Jinshan grants is written here; the others' files are those of the product."""
    shutil.copytree(HERE / "powers", tmp_path / "powers")
    return tmp_path


def told(folder: Path, text: str, name: str = "jinshan") -> list[tuple[int | None, str]]:
    """Line and sentence of each mistake in this file."""
    (folder / "powers" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadConfiguration) as caught:
        load_powers(JURISDICTIONS, CATALOGUE, folder)
    assert caught.value.code == "bad-powers"
    assert all(Path(problem.file).stem == name for problem in caught.value.problems)
    return [(problem.line, str(problem).partition(": ")[2] if problem.key == "" else str(problem).partition(" ")[2]) for problem in caught.value.problems]


def test_the_file_of_these_stories_is_good(folder: Path) -> None:
    (folder / "powers" / "jinshan.toml").write_text(FILE, encoding="utf-8")
    (only,) = [each for each in load_powers(JURISDICTIONS, CATALOGUE, folder).of("haiyan", NOW) if each.grantor == "jinshan"]
    assert (only.act, only.site, only.services) == ("take-up", ["haiyan-k1", "haiyan-k2"], [CARD])


def put(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def and_another(old: str, new: str) -> Callable[[str], str]:
    """A second entry, like the first but for this; it begins on line 10."""
    return lambda text: text + ENTRY.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (put('grantor = "jinshan"', 'grantor = "shanghai"'), 1, "grantor: shanghai is no jurisdiction (known: haiyan, jinshan, pinghu)"),
        (put('grantor = "jinshan"', 'grantor = "pinghu"'), 1, "grantor: is pinghu in a file of another name"),
        (put('grantor = "jinshan"\n', ""), 1, "grantor: is missing"),
        (put('grantee = "haiyan"', 'grantee = "hangzhou"'), 3, "powers[0].grantee: hangzhou is no jurisdiction (known: haiyan, jinshan, pinghu)"),
        (put('grantee = "haiyan"', 'grantee = "jinshan"'), 3, "powers[0].grantee: nobody grants a power to itself"),
        (put('grantee = "haiyan"', 'grantee = "Haiyan!"'), 3, "powers[0].grantee: Expected `str` matching regex"),
        (put('grantee = "haiyan"\n', ""), 2, "powers[0].grantee: is missing"),
        (put('act = "take-up"', 'act = "decide"'), 4, "powers[0].act: Invalid enum value 'decide' (one of \"accept-papers\", \"deliver-outcome\", \"one-time-notice\""),
        (put('act = "take-up"\n', ""), 2, "powers[0].act: is missing"),
        (put("haiyan-k2", "haiyan-k9"), 5, "powers[0].site[1]: haiyan-k9 is no kiosk of haiyan (known: haiyan-k1,"),
        (put("haiyan-k2", "pinghu-k1"), 5, "powers[0].site[1]: pinghu-k1 is no kiosk of haiyan"),
        (put("haiyan-k2", "haiyan-k1"), 5, "powers[0].site[1]: haiyan-k1 is named twice"),
        (put('"haiyan-k1", "haiyan-k2"', ""), 5, 'powers[0].site: names no kiosk (kiosks, or "all")'),
        (put("haiyan-k2", "all"), 5, 'powers[0].site[1]: all of them is site = "all", not one of a list'),
        (put('site = ["haiyan-k1", "haiyan-k2"]', 'site = "haiyan-k1"'), 5, "powers[0].site: Invalid enum value 'haiyan-k1' (one of \"all\" or a list"),
        (put("jinshan-identity-card", "jinshan-passport"), 6, "powers[0].services[0]: jinshan-passport is no service of jinshan while the power holds"),
        (put("jinshan-identity-card", "haiyan-identity-card"), 6, "powers[0].services[0]: haiyan-identity-card is no service of jinshan while"),
        (put('"jinshan-identity-card"', ""), 6, 'powers[0].services: names no service (services, or "all")'),
        (put('["jinshan-identity-card"]', '["all"]'), 6, 'powers[0].services[0]: all of them is services = "all"'),
        (put('["jinshan-identity-card"]', f'["{CARD}", "{CARD}"]'), 6, "powers[0].services[1]: jinshan-identity-card is named twice"),
        (put('services = ["jinshan-identity-card"]\n', ""), 2, "powers[0].services: is missing"),
        (put('agreement = "12"', 'agreement = ""'), 7, "powers[0].agreement: Expected `str`"),
        (put('agreement = "12"', 'agreement = " "'), 7, "powers[0].agreement: Expected `str` matching regex"),
        (put('agreement = "12"\n', ""), 2, "powers[0].agreement: is missing"),
        (put("valid_from = 2026-02-01", 'valid_from = "soon"'), 8, "powers[0].valid_from: Invalid RFC3339"),
        (put("valid_from = 2026-02-01\n", ""), 2, "powers[0].valid_from: is missing"),
        (put("valid_to = 2026-12-31", "valid_to = 2026-01-31"), 9, "powers[0].valid_to: is before valid_from"),
        (put("valid_from = 2026-02-01\nvalid_to = 2026-12-31", "valid_from = 2024-01-01\nvalid_to = 2024-12-31"), 6, "is no service of jinshan while the power holds"),
        (put("valid_from = 2026-02-01\nvalid_to = 2026-12-31", "valid_from = 9999-12-31"), 6, "is no service of jinshan while the power holds"),
        (put("agreement =", "agrement ="), 7, "powers[0].agrement: is not known (did you mean agreement?"),
        (put('agreement = "12"', 'agreement = "12"\nsample = "yes"'), 8, "powers[0].sample: Expected `bool`"),
        (put('agreement = "12"', "agreement = 12"), 7, "powers[0].agreement: Expected `str`"),
        (put('agreement = "12"', 'agreement = "12'), 7, "TOML"),
        (lambda _: 'grantor = "jinshan"\npowers = []\n', 2, "powers: names no power"),
        (put('agreement = "12"', 'agreement = "12"\nhands = []'), 8, "powers[0].hands: names no hand (kiosk, clerk, helper)"),
        (put('agreement = "12"', 'agreement = "12"\nhands = ["kiosk", "kiosk"]'), 8, "powers[0].hands[1]: kiosk is named twice"),
        (put('agreement = "12"', 'agreement = "12"\nhands = ["robot"]'), 8, "powers[0].hands[0]: Invalid enum value 'robot'"),
        (put('agreement = "12"', 'agreement = "12"\nhands = ["helper"]'), 8, "powers[0].hands[0]: a helper decides nothing: take-up is not by a helper"),
        (put('agreement = "12"', 'agreement = "12"\nhands = ["kiosk", "clerk"]'), 8, 'powers[0].hands[1]: a clerk\'s staffed window is no kiosk (site = "all")'),
        (
            lambda text: text.replace("take-up", "verify-original").replace('["haiyan-k1", "haiyan-k2"]', '"all"').replace('"12"', '"12"\nhands = ["helper"]'),
            8, "powers[0].hands[0]: a helper certifies nothing: verify-original is not by a helper",
        ),
        (and_another("", ""), 10, "powers[1]: is the same as powers[0]"),
        (and_another('"12"', '"13"'), 16, "powers[1].valid_from: powers[0] already gives haiyan take-up then"),
        (and_another("2026-02-01\nvalid_to = 2026-12-31", "2026-12-31"), 16, "powers[1].valid_from: powers[0] already gives haiyan take-up then"),
        (and_another('["jinshan-identity-card"]', '"all"'), 16, "powers[1].valid_from: powers[0] already gives haiyan take-up then"),
        (and_another('["haiyan-k1", "haiyan-k2"]', '["haiyan-k2", "haiyan-k3"]'), 16, "powers[1].valid_from: powers[0] already gives haiyan take-up then"),
    ],
)
def test_a_wrong_entry_is_told_where_and_why(folder: Path, change: Callable[[str], str], line: int, said: str) -> None:
    text = change(FILE)
    assert text != FILE
    found = told(folder, text)
    assert any(at == line and said in sentence for at, sentence in found), found


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    text = FILE.replace("haiyan-k2", "haiyan-k9").replace(CARD, "nothing").replace("2026-12-31", "2027-12-31") + ENTRY.replace('"haiyan"', '"jinshan"')
    assert [line for line, _ in told(folder, text)] == [5, 6, 11, 13, 13]


@pytest.mark.parametrize(
    "change",
    [
        and_another("2026-02-01\nvalid_to = 2026-12-31", "2027-01-01"),
        and_another("take-up", "deliver-outcome"),
        and_another('["haiyan-k1", "haiyan-k2"]', '"all"\nhands = ["clerk"]'),
        and_another("jinshan-identity-card", MARRIAGE),
        and_another('["haiyan-k1", "haiyan-k2"]', '["haiyan-k3"]'),
        lambda text: text + ENTRY.replace('"haiyan"', '"pinghu"').replace('["haiyan-k1", "haiyan-k2"]', '"all"'),
    ],
)
def test_two_powers_that_never_meet_stand_beside_each_other(folder: Path, change: Callable[[str], str]) -> None:
    (folder / "powers" / "jinshan.toml").write_text(change(FILE), encoding="utf-8")
    load_powers(JURISDICTIONS, CATALOGUE, folder)


def test_a_service_may_begin_after_its_power(folder: Path) -> None:
    (folder / "powers" / "jinshan.toml").write_text(FILE.replace("2026-02-01", "2020-01-01"), encoding="utf-8")
    early, later = (load_powers(JURISDICTIONS, CATALOGUE, folder).granted("take-up", "jinshan", "haiyan", CARD, "haiyan-k1", at) for at in (on(2021, 1, 1), NOW))
    assert early is None and later is not None


def test_a_folder_without_powers_is_a_mistake_and_not_a_house_without_any(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"bad-powers: .*holds no \*\.toml file"):
        load_powers(JURISDICTIONS, CATALOGUE, tmp_path)

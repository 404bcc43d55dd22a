"""Jurisdictions: who they are, when they are open, and what a wrong file is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import BEIJING
from config.jurisdiction import Jurisdiction, Jurisdictions, load_jurisdictions
from config.problem import BadConfiguration
from config.text import HERE

ALL = load_jurisdictions()


def at(text: str) -> float:
    """Seconds of a Beijing wall-clock time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()


def test_the_three_that_signed() -> None:
    assert {code: each.administrative_code for code, each in ALL.items()} == {"haiyan": "330424", "jinshan": "310116", "pinghu": "330482"}
    assert len({each.letter for each in ALL.values()}) == len({each.accent for each in ALL.values()}) == 3
    assert all(len(each.kiosks) >= 2 and len(each.counters) >= 2 for each in ALL.values())
    assert isinstance(ALL["haiyan"], Jurisdiction) and "nowhere" not in ALL


def test_kiosks_and_counters_are_found_by_id() -> None:
    found = ALL.kiosk("haiyan-k2")
    assert found is not None and (found[0].code, found[1].name.in_("zh-CN"), found[1].name.in_("en")) == ("haiyan", "海盐2号自助舱", "Haiyan kiosk 2")
    place = ALL.counter("jinshan-3")
    assert place is not None and (place[0].code, place[1].name.en) == ("jinshan", "Jinshan counter 3")
    assert ALL.kiosk("nowhere") is None and ALL.counter("haiyan-k2") is None


@pytest.mark.parametrize(
    ("time", "is_open", "opens"),
    [
        ("2026-11-23T08:29:59", False, "2026-11-23T08:30:00"),
        ("2026-11-23T08:30:00", True, "2026-11-23T08:30:00"),
        ("2026-11-23T11:30:00", False, "2026-11-23T13:30:00"),
        ("2026-11-23T17:00:00", False, "2026-11-24T08:30:00"),
        ("2026-11-27T17:30:00", False, "2026-11-30T08:30:00"),  # over the weekend
        ("2026-09-30T17:30:00", False, "2026-10-08T08:30:00"),  # over National Day
        ("2026-10-10T10:00:00", True, "2026-10-10T10:00:00"),  # a Saturday worked in exchange
        ("2026-12-31T17:30:00", False, "2027-01-01T08:30:00"),  # into a year that is not announced: by the week, until its file is there
    ],
)
def test_opening_hours_of_haiyan(time: str, is_open: bool, opens: str) -> None:
    assert ALL.is_open("haiyan", at(time)) is is_open
    assert ALL.next_opening("haiyan", at(time)) == at(opens)


def test_a_trial_is_open_at_any_hour() -> None:
    trial = load_jurisdictions(always_open=True)
    night = at("2026-10-01T03:00:00")
    assert trial.is_open("pinghu", night) and trial.next_opening("pinghu", night) == night
    assert not ALL.is_open("pinghu", night)


@given(st.sampled_from(sorted(ALL)), st.floats(at("2026-01-01T00:00:00"), at("2027-06-01T00:00:00")))
def test_the_next_opening_is_open_and_nothing_before_it_is(code: str, moment: float) -> None:
    opens = ALL.next_opening(code, moment)
    assert opens is not None and opens >= moment
    assert ALL.is_open(code, opens)
    if opens > moment:
        assert not any(ALL.is_open(code, moment + part * (opens - moment) / 16) for part in range(16))


Change = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in (HERE / "jurisdictions").glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('code = "haiyan"', 'code = "haiyen"', 1), "code: is haiyen in a file of another name"),
        (lambda text: text.replace('letter = "H"', 'letter = "J"'), "letter: letter J is already one of haiyan's"),
        (lambda text: text.replace('id = "haiyan-k2"', 'id = "haiyan-k1"'), "kiosks[1].id: kiosk haiyan-k1 is already one of haiyan's"),
        (lambda text: text.replace('close = "11:30"', 'close = "08:00"'), "hours[0]: close must be after open"),
        (lambda text: text.replace('open = "08:30"', 'open = "8:30"'), "hours[0].open: Expected `str` matching regex"),
        (lambda text: text.replace('"mon"', '"monday"', 1), "hours[0].days[0]: Invalid enum value 'monday'"),
        (lambda text: text.replace("330424", "33042"), "administrative_code: Expected `str` matching regex"),
        (lambda text: text.replace("accent =", "closed = [2026-11-24, 2026-11-24]\naccent =", 1), "closed[1]: 2026-11-24 is named twice"),
        (lambda text: text.replace("letter =", "leter ="), "leter: is not known (did you mean letter?"),
    ],
)
def test_a_wrong_file_is_told_where_and_why(folder: Path, change: Change, said: str) -> None:
    file = folder / "haiyan.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(change(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    with pytest.raises(BadConfiguration) as caught:
        load_jurisdictions(folder)
    assert caught.value.code == "bad-jurisdictions"
    assert said in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)


def test_local_closing_dates_and_no_opening_at_all(folder: Path) -> None:
    file = folder / "pinghu.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("accent =", "closed = [2026-11-24]\naccent =", 1), encoding="utf-8")
    changed = load_jurisdictions(folder)
    assert not changed.is_open("pinghu", at("2026-11-24T10:00:00")) and changed.is_open("haiyan", at("2026-11-24T10:00:00"))
    counts = {code: changed.calendar_of(code).is_working_day(dt.date(2026, 11, 24)) for code in changed}
    assert counts == {"haiyan": True, "jinshan": True, "pinghu": False}
    days = ", ".join(str(dt.date(2026, 11, 1) + dt.timedelta(days=n)) for n in range(90))
    file.write_text(file.read_text(encoding="utf-8").replace("closed = [2026-11-24]", f"closed = [{days}]"), encoding="utf-8")
    assert load_jurisdictions(folder).next_opening("pinghu", at("2026-11-02T10:00:00")) is None


def test_no_folder_is_no_jurisdictions(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"holds no \*\.toml file"):
        load_jurisdictions(tmp_path / "nothing")
    assert len(Jurisdictions([], ALL.calendar)) == 0


def test_work_stops_when_the_window_closes_and_at_once_where_it_does_not_open() -> None:
    wednesday, sunday = (dt.datetime(2026, 11, day, 10, tzinfo=dt.timezone(dt.timedelta(hours=8))).timestamp() for day in (25, 29))
    found = load_jurisdictions()
    assert dt.time(15) < found.closes("jinshan", wednesday) < dt.time(19)
    assert found.closes("jinshan", sunday) == dt.time()
    assert load_jurisdictions(always_open=True).closes("jinshan", sunday) == dt.time.max

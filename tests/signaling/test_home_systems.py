"""Which way leads to which home: as the settings say, and in a trial a folder for everybody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.clock import HandClock
from config.load import load
from config.problem import BadConfiguration
from signaling.home_drop import DropFolder
from signaling.home_http import EventsOverHttp
from signaling.home_systems import addresses_of, home_systems, inbox

HOMES = ["haiyan", "jinshan", "pinghu"]


async def test_an_address_is_an_address_and_anything_else_a_folder(tmp_path: Path) -> None:
    settings = load(None, {"handover.homes": ["jinshan=https://cases.jinshan.example/in", "haiyan=drop/haiyan"]}, {}).handover
    found = home_systems(settings, tmp_path, HOMES, HandClock())
    assert {home: type(system) for home, system in found.items()} == {"jinshan": EventsOverHttp, "haiyan": DropFolder}
    assert isinstance(found["haiyan"], DropFolder) and found["haiyan"]._folder == tmp_path / "drop/haiyan"


def test_without_an_address_nobody_is_served(tmp_path: Path) -> None:
    assert home_systems(load(None, {}, {}).handover, tmp_path, HOMES, HandClock()) == {}


def test_a_trial_has_a_folder_for_every_home_that_has_no_address(tmp_path: Path) -> None:
    settings = load(None, {"handover.homes": ["jinshan=http://127.0.0.1:9000/cases"], "handover.start_receiver": True}, {}).handover
    found = addresses_of(settings, tmp_path, HOMES)
    assert found["jinshan"] == "http://127.0.0.1:9000/cases" and found["pinghu"] == str(inbox(tmp_path, "pinghu"))


@pytest.mark.parametrize("homes", [
    ["jinshan=http://cases.example/in"], ["jinshan=ftp://cases.example"], ["jinshan=a", "jinshan=b"], ["jinshan"], ["=x"], ["Jinshan=x"], ["jinshan=a b"],
])  # fmt: skip
def test_what_leads_nowhere_is_a_mistake_in_the_settings(homes: list[str]) -> None:
    with pytest.raises(BadConfiguration):
        load(None, {"handover.homes": homes}, {})


def test_the_environment_says_it_too() -> None:
    found = load(None, {}, {"VIRTUAL_WINDOW_HANDOVER_HOMES": "jinshan=http://127.0.0.1:1/cases,haiyan=drop"}).handover
    assert found.homes == ["jinshan=http://127.0.0.1:1/cases", "haiyan=drop"]

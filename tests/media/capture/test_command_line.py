"""The words about devices, the same for every end."""

from __future__ import annotations

import argparse
import json

import pytest

from media.capture.command_line import add_devices, add_equipment, plugged_in


def test_without_a_word_an_end_has_its_stand_ins_in_small() -> None:
    parser = argparse.ArgumentParser()
    add_equipment(parser)
    chosen = parser.parse_args([])
    assert (chosen.camera, chosen.microphone, chosen.sound, chosen.media, chosen.frame_out) == (None, None, "none", "small", None)


def test_a_size_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_equipment(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--media", "huge"])
    assert "small" in capsys.readouterr().err


def test_what_is_plugged_in_is_one_json_object() -> None:
    parser = argparse.ArgumentParser()
    add_devices(parser.add_subparsers(dest="command"))
    assert parser.parse_args(["devices"]).command == "devices"
    assert set(json.loads(plugged_in())) == {"cameras", "sound"}

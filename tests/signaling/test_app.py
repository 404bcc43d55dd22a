"""The composition: settings become the machine's numbers and the node's command line; the rest is shown by the stories that run it."""

from __future__ import annotations

from config.load import load
from config.settings import Settings
from media.node import parser
from signaling.app import node_arguments, policy_of
from signaling.domain.machine import SessionPolicy


def test_the_default_settings_are_the_machines_defaults() -> None:
    assert policy_of(Settings()) == SessionPolicy()


def test_minutes_become_seconds() -> None:
    settings = load(None, {"session.parked_minutes": 3, "session.wrap_up_minutes": 4, "session.ring_seconds": 7}, {})
    policy = policy_of(settings)
    assert (policy.parked, policy.wrap_up, policy.ring) == (180, 240, 7)


def test_the_numbers_of_a_recording_reach_the_machine_and_a_room_that_was_lost_has_three_times_as_long() -> None:
    policy = policy_of(load(None, {"recording.late_seconds": 4, "recording.suspension_seconds": 30}, {}))
    assert (policy.recording_late, policy.recording_again_late, policy.suspension) == (4, 12, 30)


def test_the_node_understands_every_word_it_is_started_with() -> None:
    settings = load(
        None,
        {"media.addresses": ["192.0.2.1", "192.0.2.2"], "media.public_address": "198.51.100.7", "media.allow_loopback": True,
         "media.port_min": 30_000, "media.port_max": 30_100, "media.idle_minutes": 5},
        {},
    )  # fmt: skip
    options = parser().parse_args(["--data", "x", *node_arguments(settings)])
    assert tuple(options.addresses) == ("192.0.2.1", "192.0.2.2")
    assert options.public_address == "198.51.100.7"
    assert options.allow_loopback
    assert options.port_range == (30_000, 30_100)
    assert options.idle_minutes == 5

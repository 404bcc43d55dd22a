"""Whether what is recorded reaches a disk: trouble is said at once, and is over when something has been written, not when it is tried."""

from __future__ import annotations

from recordings.health import EVERY, STALLED, Pulse
from recordings.writer_wire import Health

WELL, NO_DISK, IS_STALLED = Health(True, ""), Health(False, "no-disk"), Health(False, "stalled")


def test_its_first_word_is_that_all_is_well() -> None:
    assert Pulse().word(0.0, recording=False) == WELL


def test_a_session_that_finds_no_disk_is_told_until_something_is_written() -> None:
    pulse = Pulse()
    pulse.sought(False)
    assert pulse.look(1.0, recording=True) == NO_DISK
    pulse.sought(True)
    assert pulse.look(2.0, recording=True) == NO_DISK, "a disk that was found has taken nothing yet"
    pulse.written()
    assert pulse.look(3.0, recording=True) == WELL


def test_without_a_session_no_disk_is_owed() -> None:
    pulse = Pulse()
    pulse.sought(False)
    assert pulse.look(1.0, recording=False) == WELL
    assert pulse.look(2.0, recording=True) == NO_DISK
    assert pulse.look(3.0, recording=False) == WELL, "the session that had none is over"


def test_a_disk_that_does_not_answer_is_told_until_something_is_written() -> None:
    pulse = Pulse()
    pulse.asked(10.0)
    assert pulse.look(10.0 + STALLED, recording=True) == WELL
    assert pulse.look(10.1 + STALLED, recording=True) == IS_STALLED
    pulse.answered()
    assert pulse.look(10.2 + STALLED, recording=True) == IS_STALLED, "it may have refused"
    pulse.written()
    assert pulse.look(10.3 + STALLED, recording=True) == WELL


def test_a_disk_that_is_slow_again_and_again_counts_from_each_question() -> None:
    pulse = Pulse()
    for second in range(0, 20, 2):
        pulse.asked(float(second))
        assert pulse.look(second + 1.9, recording=True) == WELL
        pulse.answered()
        pulse.written()


def test_a_change_is_said_at_once_and_the_same_again_only_as_a_sign_of_life() -> None:
    pulse = Pulse()
    assert pulse.word(0.0, recording=True) == WELL
    assert pulse.word(0.25, recording=True) is None
    pulse.sought(False)
    assert pulse.word(0.5, recording=True) == NO_DISK
    assert pulse.word(0.75, recording=True) is None
    assert pulse.word(0.5 + EVERY, recording=True) == NO_DISK

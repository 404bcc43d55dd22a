"""What the node makes of its writer's words, and of its silence."""

from __future__ import annotations

from media.node_api import RecordingState
from media.writer_watch import WatchPolicy, WriterWatch
from recordings.writer_wire import Health, Told

WELL, NO_DISK = Health(True, ""), Health(False, "no-disk")
SILENT = WatchPolicy().silent


class Watched:
    """A watch that is looked at ten times a second; `news` are what it told, with the time."""

    def __init__(self) -> None:
        self.watch = WriterWatch()
        self.now = 100.0
        self.news: list[RecordingState] = []

    def passes(self, seconds: float, word: Health | None = None) -> None:
        """Time passes; with `word` the writer says it all the while."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            if word is not None:
                self.watch.heard(word, self.now)
            news = self.watch.beat(self.now)
            if news is not None:
                self.news.append(news)

    def recording(self) -> Watched:
        self.watch.wanted(self.now)
        self.passes(1.0, WELL)
        return self


def test_while_nothing_is_recorded_there_is_no_news() -> None:
    watched = Watched()
    watched.passes(60.0)
    assert watched.news == [] and watched.watch.state.ok


def test_a_writer_that_does_well_is_no_news() -> None:
    watched = Watched().recording()
    watched.passes(60.0, WELL)
    assert watched.news == []


def test_what_the_writer_says_is_told_once_and_when_it_is_over() -> None:
    watched = Watched().recording()
    watched.passes(5.0, NO_DISK)
    watched.passes(5.0, Health(False, "stalled"))
    watched.passes(5.0, WELL)
    assert watched.news == [RecordingState(False, "no-disk"), RecordingState(False, "stalled"), RecordingState(True, "")]


def test_a_writer_that_is_killed_and_back_in_time_is_no_news() -> None:
    watched = Watched().recording()
    watched.passes(SILENT - 0.2)  # it had not spoken for a while: it might have had nothing to say
    watched.watch.gone(watched.now)
    watched.passes(SILENT - 0.2)
    watched.passes(5.0, WELL)
    assert watched.news == []


def test_no_writer_is_told_and_the_next_one_s_first_word_ends_it() -> None:
    watched = Watched().recording()
    watched.watch.gone(watched.now)
    watched.passes(SILENT + 0.2)
    assert watched.news == [RecordingState(False, "no-writer")] and watched.watch.state == watched.news[-1]
    watched.passes(1.0, WELL)
    assert watched.news[-1] == RecordingState(True, "")


def test_writers_that_die_before_their_first_word_are_none() -> None:
    watched = Watched()
    watched.watch.wanted(watched.now)
    for _ in range(10):
        watched.passes(0.5)
        watched.watch.gone(watched.now)
        watched.watch.wanted(watched.now)
    assert watched.news == [RecordingState(False, "no-writer")]


def test_whatever_a_writer_says_shows_that_it_is_there() -> None:
    watched = Watched()
    watched.watch.wanted(watched.now)
    watched.watch.heard(Told("00112233445566aa", 1, "{}"), watched.now)
    watched.passes(SILENT + 0.2)
    assert watched.news == [RecordingState(False, "stalled")]


def test_a_writer_that_is_there_and_says_nothing_is_stalled() -> None:
    watched = Watched().recording()
    watched.passes(SILENT + 0.2)
    assert watched.news == [RecordingState(False, "stalled")]


def test_trouble_is_not_over_because_its_writer_died() -> None:
    watched = Watched().recording()
    watched.passes(1.0, NO_DISK)
    watched.watch.gone(watched.now)
    watched.passes(1.0)
    watched.passes(1.0, NO_DISK)
    assert watched.news == [RecordingState(False, "no-disk")]


def test_the_node_s_own_pause_is_not_held_against_the_writer() -> None:
    watched = Watched().recording()
    watched.now += 60.0
    watched.passes(1.0)
    watched.passes(5.0, WELL)
    assert watched.news == []

"""What is accepted of a publish offer, and the sentence for what is not."""

from __future__ import annotations

import pytest

from media.choice import choose_published
from media.sdp import BadSdp, read_offer
from tests.media.offers import offer


def test_every_source_gets_its_line_and_the_first_codec() -> None:
    chosen = choose_published(read_offer(offer("audio", "video", "video")), {"0": "microphone", "1": "camera", "2": "screen"})
    assert [each.direction for each in chosen if each is not None] == ["recvonly"] * 3
    assert [each.codecs[0].name for each in chosen if each is not None] == ["OPUS", "VP8", "VP8"]
    assert all(len(each.codecs) == 1 for each in chosen if each is not None)


def test_a_line_that_carries_nothing_is_rejected() -> None:
    chosen = choose_published(read_offer(offer("audio", "video")), {"0": "microphone"})
    assert [each is None for each in chosen] == [False, True]


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({}, "no source is named"),
        ({"0": "microphone", "7": "camera"}, "no m-line with mid 7"),
        ({"0": "camera"}, "m-line 0 is audio, which a camera is not"),
        ({"1": "microphone"}, "m-line 1 is video, which a microphone is not"),
        ({"1": "camera", "2": "camera"}, "one source on two m-lines"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(sources: dict[str, str], words: str) -> None:
    with pytest.raises(BadSdp, match=words):
        choose_published(read_offer(offer("audio", "video", "video")), sources)  # type: ignore[arg-type] # one of them is no source


def test_a_line_that_only_receives_publishes_nothing() -> None:
    with pytest.raises(BadSdp, match="sendonly"):
        choose_published(read_offer(offer("audio", direction="recvonly")), {"0": "microphone"})

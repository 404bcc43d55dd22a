"""Offers: what is needed is read, everything out of bounds is refused with a sentence, and thousands of mutations do nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.rtp import ExtensionIds
from media.sdp import BadSdp, read_offer
from tests.media.offers import FINGERPRINT, offer, with_h264


def test_a_browsers_offer_is_read() -> None:
    read = read_offer(offer("audio", "video"))
    assert (read.ufrag, read.password, read.fingerprint, read.setup) == ("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1", FINGERPRINT, "actpass")
    assert read.candidates == ("1 1 udp 2122260223 192.0.2.9 50000 typ host generation 0",)
    audio, video = read.media
    assert (audio.kind, audio.mid, audio.direction, audio.rejected) == ("audio", "0", "sendonly", False)
    assert [(codec.name, codec.payload_type, codec.rtx) for codec in audio.codecs] == [("OPUS", 111, None)]
    assert [(codec.name, codec.payload_type, codec.rtx) for codec in video.codecs] == [("VP8", 96, 97)]
    assert video.codecs[0].feedback == {"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"}
    assert audio.ids == ExtensionIds(mid=4, abs_send_time=0, audio_level=14)
    assert video.ids == ExtensionIds(mid=4, abs_send_time=2, audio_level=0)
    assert (audio.ssrcs, video.ssrcs) == (((1000, None),), ((2000, 2001),))


def test_codecs_keep_the_offers_order_and_only_known_ones_count() -> None:
    first = read_offer(with_h264(offer("video"), first=True)).media[0]
    last = read_offer(with_h264(offer("video"), first=False)).media[0]
    assert [(codec.name, codec.payload_type, codec.rtx) for codec in first.codecs] == [("H264", 102, 103), ("VP8", 96, 97)]
    assert [codec.name for codec in last.codecs] == ["VP8", "H264"]


def test_what_is_said_once_for_the_session_holds_for_its_m_lines() -> None:
    text = offer("audio")
    for line in (
        f"a=fingerprint:sha-256 {FINGERPRINT}\r\n",
        "a=setup:actpass\r\n",
        "a=ice-ufrag:EsAw\r\n",
        "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n",
    ):
        text = text.replace(line, "").replace("t=0 0\r\n", "t=0 0\r\n" + line)
    assert read_offer(text) == read_offer(offer("audio"))


def test_a_data_channel_is_there_but_rejected() -> None:
    text = offer("audio").replace("BUNDLE 0", "BUNDLE 0 data")
    text += "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:data\r\na=sctp-port:5000\r\n"
    read = read_offer(text)
    assert [(media.kind, media.rejected) for media in read.media] == [("audio", False), ("application", True)]


def test_a_stopped_m_line_is_rejected_and_a_bundled_one_is_not() -> None:
    assert read_offer(offer("audio", "video").replace("m=video 9", "m=video 0").replace("BUNDLE 0 1", "BUNDLE 0")).media[1].rejected
    assert (
        not read_offer(offer("audio", "video").replace("m=video 9", "m=video 0").replace("a=mid:1", "a=mid:1\r\na=bundle-only"))
        .media[1]
        .rejected
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("v=0", "v=1", "first line"),
        ("m=audio 9", "m=audio nine", "malformed"),
        ("m=audio 9", "m=au\0dio 9", "malformed"),
        ("UDP/TLS/RTP/SAVPF 111", "UDP/TLS/RTP/SAVPF " + "111 " * 200, "malformed"),
        ("a=mid:0\r\n", "", "mid"),
        ("a=mid:0", "a=mid:<script>", "mid"),
        ("a=mid:0", "a=mid:1", "same mid"),
        ("a=group:BUNDLE 0 1\r\n", "", "without BUNDLE"),
        ("BUNDLE 0 1", "BUNDLE 0", "BUNDLE group"),
        ("BUNDLE 0 1", "BUNDLE 0 1 2", "BUNDLE group"),
        ("a=ice-ufrag:EsAw\r\n", "", "ice-ufrag"),
        ("a=ice-ufrag:EsAw", "a=ice-ufrag:E", "ice-ufrag"),
        ("P2uYro0UCOQ4zxjKXaWCBui1", "short", "ice-ufrag"),
        ("t=0 0", "t=0 0\r\na=ice-lite", "ice-lite"),
        ("a=setup:actpass", "a=setup:holdconn", "setup"),
        ("sha-256", "sha-1", "fingerprint"),
        (FINGERPRINT, FINGERPRINT[:-3], "fingerprint"),
        ("a=rtcp-mux\r\n", "", "rtcp-mux"),
        ("a=sendonly", "a=sendonly\r\na=recvonly", "two directions"),
        ("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus", "rtpmap"),
        ("a=rtpmap:111 opus/48000/2", "a=rtpmap:x opus/48000/2", "rtpmap"),
        ("a=fmtp:97 apt=96", "a=fmtp:97 apt=96\ra=candidate:x", "fmtp"),
        ("a=ssrc:1000 cname:x", "a=ssrc:99999999999 cname:x", "ssrc"),
        ("a=ssrc:1000 cname:x", "a=ssrc:-1 cname:x", "ssrc"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_a_sentence(old: str, new: str, why: str) -> None:
    text = offer("audio", "video")
    assert old in text
    with pytest.raises(BadSdp, match=why):
        read_offer(text.replace(old, new))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=0",
        "v=0\r\n",
        "\0",
        "v=0\r\n" + "a=x\r\n" * 3000,
        "v=0\r\n" + "x" * 50_000,
        "v=0\r\nm=",
        "v=0\r\n" + "é" * 30_000,
        offer(*["audio"] * 17),
        offer("audio").replace("a=candidate:1", "a=candidate:0 1 udp 1 192.0.2.1 1 typ host\r\n" * 64 + "a=candidate:1"),
        offer("audio") + "".join(f"a=ssrc:{ssrc} cname:x\r\n" for ssrc in range(1, 9)),
    ],
)
def test_too_much_or_too_little_is_refused(text: str) -> None:
    with pytest.raises(BadSdp):
        read_offer(text)


def test_sixteen_m_lines_are_not_too_many() -> None:
    assert len(read_offer(offer(*["audio"] * 16)).media) == 16


PIECES = [
    "\r\n",
    "\n",
    "\r",
    ":",
    " ",
    "/",
    "=",
    "0",
    "-1",
    "999999999999999999999",
    "a=",
    "m=",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=mid:",
    "a=rtpmap:",
    "a=fmtp:96 ",
    "apt=",
    "a=ssrc-group:FID 1",
    "a=extmap:",
    "\0",
    "é",
    "😀",
    "%s",
    "a=candidate:",
    "²",
    "٣",
    "\u2028",
]


def test_thousands_of_mutations_are_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20261123)
    text = offer("audio", "video", "video")
    lines = text.split("\r\n")
    read = refused = 0
    for _ in range(4000):
        mutated = list(lines)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(mutated))
            match chance.randrange(6):
                case 0:
                    del mutated[place]
                case 1:
                    mutated.insert(place, chance.choice(lines))
                case 2:
                    mutated[place] = mutated[place][: chance.randint(0, len(mutated[place]))]
                case 3:
                    at = chance.randint(0, len(mutated[place]))
                    mutated[place] = mutated[place][:at] + chance.choice(PIECES) + mutated[place][at:]
                case 4:
                    mutated[place] = "".join(chance.sample(mutated[place], len(mutated[place])))
                case _:
                    mutated[place] += "\r\n" + chance.choice(PIECES) * chance.randint(1, 30)
            if not mutated:
                break
        try:
            read_offer("\r\n".join(mutated))
            read += 1
        except BadSdp:
            refused += 1
    assert read > 100 and refused > 100


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, "v=0\r\n" + text, offer("audio") + text):
        try:
            read_offer(candidate)
        except BadSdp:
            continue

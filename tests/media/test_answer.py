"""Answers: another implementation reads in them what we meant."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription

from media.answer import OPUS_FMTP, START_KBITS, Accepted, LocalSide, Sending, write_answer
from media.sdp import Offer, read_offer
from tests.media.offers import FINGERPRINT, offer, with_h264

LOCAL = LocalSide("abcd", "p" * 22, FINGERPRINT, "active", ("candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",))


def answered(
    text: str, *, sending: Sending | None = None, direction: str = "recvonly", reject: tuple[str, ...] = ()
) -> tuple[Offer, str]:
    read = read_offer(text)
    accepted = [
        None if media.mid in reject or media.rejected else Accepted(direction, media.codecs[:1], sending) for media in read.media
    ]
    return read, write_answer(read, accepted, LOCAL, 7)


def test_the_publish_answer_receives_with_fec_and_a_brisk_start() -> None:
    _, text = answered(offer("audio", "video"))
    read = SessionDescription.parse(text)
    audio, video = read.media
    assert [media.direction for media in read.media] == ["recvonly", "recvonly"]
    assert f"a=fmtp:111 {OPUS_FMTP}\r\n" in text and "usedtx" not in text
    assert f"a=fmtp:96 x-google-start-bitrate={START_KBITS}\r\n" in text
    assert [(codec.mimeType, codec.payloadType) for codec in video.rtp.codecs] == [("video/VP8", 96), ("video/rtx", 97)]
    assert {f"{f.type} {f.parameter or ''}".strip() for f in video.rtp.codecs[0].rtcpFeedback} == {
        "goog-remb",
        "ccm fir",
        "nack",
        "nack pli",
    }
    assert audio.ssrc == video.ssrc == []
    assert read.group[0].items == ["0", "1"]


def test_every_m_line_describes_the_one_transport() -> None:
    _, text = answered(offer("audio", "video"))
    for media in SessionDescription.parse(text).media:
        assert (media.ice.usernameFragment, media.ice.password, media.rtcp_mux) == ("abcd", "p" * 22, True)
        assert media.dtls is not None and media.dtls.role == "client"
        assert [f.value for f in media.dtls.fingerprints] == [FINGERPRINT]
        assert [(candidate.ip, candidate.port) for candidate in media.ice_candidates] == [("192.0.2.1", 40000)]
        assert media.ice_candidates_complete


def test_the_subscribe_answer_names_its_streams() -> None:
    sending = Sending(11, 12, "name", "resident", "resident-camera")
    _, text = answered(offer("audio", "video", direction="recvonly"), sending=sending, direction="sendonly")
    audio, video = SessionDescription.parse(text).media
    assert [(ssrc.ssrc, ssrc.cname) for ssrc in video.ssrc] == [(11, "name"), (12, "name")]
    assert video.ssrc_group[0].items == [11, 12]
    assert [ssrc.ssrc for ssrc in audio.ssrc] == [11]
    assert video.msid == "resident resident-camera"
    assert "x-google" not in text


def test_what_is_rejected_says_so_and_stays_out_of_the_bundle() -> None:
    _, text = answered(offer("audio", "video"), reject=("1",))
    assert "a=group:BUNDLE 0\r\n" in text
    assert "m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\n" in text


def test_h264_keeps_the_parameters_it_was_offered_with() -> None:
    _, text = answered(with_h264(offer("video"), first=True))
    assert (
        f"a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f;x-google-start-bitrate={START_KBITS}\r\n"
        in text
    )
    assert "VP8" not in text


def test_extensions_keep_the_numbers_of_the_offer_and_only_known_ones_are_taken() -> None:
    _, text = answered(offer("audio", "video"))
    assert [line for line in text.splitlines() if line.startswith("a=extmap")] == [
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    ]


def test_every_m_line_needs_its_answer() -> None:
    with pytest.raises(ValueError, match="zip"):
        write_answer(read_offer(offer("audio", "video")), [None], LOCAL, 7)

"""Answers written: one transport described in every m-line, our codecs with their parameters, our SSRCs under lasting names. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from media.rtp import ABS_SEND_TIME_URI, AUDIO_LEVEL_URI, MID_URI, ExtensionIds
from media.sdp import Offer, OfferedCodec, OfferedMedia

START_KBITS = 1700
"""`x-google-start-bitrate`: a browser begins here instead of creeping up from 300 kbit/s (1.7 Mbit/s after 3 s instead of 20 s)."""
OPUS_FMTP = "minptime=10;useinbandfec=1"
"""In-band FEC on; DTX stays off, for silence on the line is no gap (RFC 7587 §6.1)."""
_FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")


@dataclass(frozen=True)
class Sending:
    """What an m-line of ours sends: SSRCs, the participant's lasting CNAME, and the stream and track it belongs to.

    Tracks of one stream are played in sync, so a participant's microphone and camera share theirs.
    """

    ssrc: int
    rtx_ssrc: int
    cname: str
    stream: str
    track: str


@dataclass(frozen=True)
class Accepted:
    """The answer to one m-line."""

    direction: str
    codecs: tuple[OfferedCodec, ...]
    sending: Sending | None = None


@dataclass(frozen=True)
class LocalSide:
    """Our transport. `setup` is `active` or `passive`."""

    ufrag: str
    password: str
    fingerprint: str
    setup: str
    candidates: tuple[str, ...]


def write_answer(offer: Offer, accepted: Iterable[Accepted | None], local: LocalSide, session_id: int) -> str:
    """The answer, with an entry of `accepted` for each m-line of the offer; None rejects it."""
    pairs = list(zip(offer.media, accepted, strict=True))
    lines = ["v=0", f"o=- {session_id} {session_id} IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(media.mid for media, ours in pairs if ours is not None))
    lines.append("a=msid-semantic:WMS *")
    for media, ours in pairs:
        lines += _rejected(media) if ours is None else _section(media, ours, local)
    return "\r\n".join(lines) + "\r\n"


def _rejected(media: OfferedMedia) -> list[str]:
    return [f"m={media.kind} 0 {media.protocol} {media.formats}", "c=IN IP4 0.0.0.0", "a=inactive", f"a=mid:{media.mid}"]


def _section(media: OfferedMedia, ours: Accepted, local: LocalSide) -> list[str]:
    types: list[str] = []
    for codec in ours.codecs:
        types.append(str(codec.payload_type))
        if codec.rtx is not None:
            types.append(str(codec.rtx))
    lines = [f"m={media.kind} 9 {media.protocol} {' '.join(types)}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
    lines += [f"a={line}" for line in local.candidates]
    lines += [
        "a=end-of-candidates",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        f"a=setup:{local.setup}",
        f"a=mid:{media.mid}",
    ]
    lines += _extension_lines(media.ids)
    lines += [f"a={ours.direction}", "a=rtcp-mux", "a=rtcp-rsize"]
    for codec in ours.codecs:
        lines += _codec_lines(codec, receiving=ours.sending is None)
    if ours.sending is not None and ours.direction != "inactive":
        lines += _sending_lines(ours.sending, repeats=any(codec.rtx is not None for codec in ours.codecs))
    return lines


def _extension_lines(ids: ExtensionIds) -> list[str]:
    named = ((ids.mid, MID_URI), (ids.abs_send_time, ABS_SEND_TIME_URI), (ids.audio_level, AUDIO_LEVEL_URI))
    return [f"a=extmap:{number} {uri}" for number, uri in named if number]


def _codec_lines(codec: OfferedCodec, *, receiving: bool) -> list[str]:
    number = codec.payload_type
    if codec.name == "OPUS":
        return [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} {OPUS_FMTP}"]
    lines = [f"a=rtpmap:{number} {codec.name}/{codec.clock_rate}"]
    lines += [f"a=rtcp-fb:{number} {kind}" for kind in _FEEDBACK if kind in codec.feedback]
    parameters = [codec.fmtp] if codec.fmtp else []
    if receiving:
        parameters.append(f"x-google-start-bitrate={START_KBITS}")
    if parameters:
        lines.append(f"a=fmtp:{number} {';'.join(parameters)}")
    if codec.rtx is not None:
        lines += [f"a=rtpmap:{codec.rtx} rtx/{codec.clock_rate}", f"a=fmtp:{codec.rtx} apt={number}"]
    return lines


def _sending_lines(sending: Sending, *, repeats: bool) -> list[str]:
    lines = [f"a=msid:{sending.stream} {sending.track}"]
    if repeats:
        lines.append(f"a=ssrc-group:FID {sending.ssrc} {sending.rtx_ssrc}")
    lines.append(f"a=ssrc:{sending.ssrc} cname:{sending.cname}")
    if repeats:
        lines.append(f"a=ssrc:{sending.rtx_ssrc} cname:{sending.cname}")
    return lines

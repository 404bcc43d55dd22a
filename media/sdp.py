"""Offers read with bounds first: what we need of an SDP offer and nothing else, or one kind of error with a sentence. Pure.

RFC 8866 for the lines, RFC 8829 §5.8 for what a WebRTC offer holds, RFC 8843 (BUNDLE), RFC 5576 (SSRC). aiortc's own reading raises
seven kinds of exception on malformed text and leaves a half-changed connection behind; this raises `BadSdp` before anything exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from media.rtp import ABS_SEND_TIME_URI, AUDIO_LEVEL_URI, MID_URI, ExtensionIds

MAX_BYTES = 48 * 1024
MAX_LINES = 2000
MAX_MEDIA = 16
MAX_CANDIDATES = 64
MAX_SSRCS = 8
_MID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MEDIA = re.compile(r"m=(audio|video|application|text|message|image) ([0-9]{1,5})(?:/[0-9]{1,5})? ([A-Z/]{3,24}) ([!-~ ]{1,600})")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/=_-]{22,256}")
_SHA256 = re.compile(r"(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}")
_APT = re.compile(r"(?:^|;)\s*apt=([0-9]{1,3})\s*(?:;|$)")
_PARAMETERS = re.compile(r"[!-~ ]{0,400}")
_NUMBER = re.compile(r"[0-9]{1,10}")
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


class BadSdp(ValueError):
    """The offer cannot be taken; the message is a sentence for whoever wrote the other end."""


@dataclass(frozen=True)
class OfferedCodec:
    """One payload type of an m-line. `rtx` is the payload type that repeats it, if one was offered."""

    name: str
    clock_rate: int
    payload_type: int
    fmtp: str
    feedback: frozenset[str]
    rtx: int | None = None


@dataclass(frozen=True)
class OfferedMedia:
    """One m-line. `codecs` are those we know, in the offer's order; `ssrcs` are pairs of primary and RTX (or None)."""

    kind: str
    protocol: str
    formats: str
    mid: str
    direction: str
    rejected: bool
    codecs: tuple[OfferedCodec, ...]
    ids: ExtensionIds
    ssrcs: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class Offer:
    """A whole offer; one transport for all of it (BUNDLE), described once. `fingerprint` is SHA-256 in upper case."""

    media: tuple[OfferedMedia, ...]
    ufrag: str
    password: str
    fingerprint: str
    setup: str
    candidates: tuple[str, ...]


@dataclass
class _Section:
    first: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        found = self.values.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def has(self, name: str) -> bool:
        return name in self.values


def read_offer(text: str) -> Offer:
    """The offer in `text`; raises `BadSdp` and nothing else."""
    session, sections = _split(text)
    media = tuple(_read_media(section) for section in sections)
    if len({line.mid for line in media}) != len(media):
        raise BadSdp("two m-lines have the same mid")
    bundled = _bundled(session, media)
    main = sections[[line.mid for line in media].index(bundled)]

    def shared(name: str) -> str | None:
        return main.one(name) or session.one(name)

    ufrag, password, setup = shared("ice-ufrag"), shared("ice-pwd"), shared("setup")
    if ufrag is None or password is None or not _TOKEN.fullmatch(ufrag) or not _PASSWORD.fullmatch(password):
        raise BadSdp("ice-ufrag or ice-pwd is missing or malformed")
    if session.has("ice-lite"):
        raise BadSdp("an ice-lite end cannot offer")
    if setup not in ("actpass", "active", "passive"):
        raise BadSdp("a=setup must be actpass, active or passive")
    candidates = [line for section in sections for line in section.all("candidate")]
    return Offer(
        media,
        ufrag,
        password,
        _fingerprint(main.all("fingerprint") or session.all("fingerprint")),
        setup,
        tuple(dict.fromkeys(candidates)),
    )


def _split(text: str) -> tuple[_Section, list[_Section]]:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadSdp(f"longer than {MAX_BYTES} bytes")
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise BadSdp(f"more than {MAX_LINES} lines")
    if lines[0] != "v=0":
        raise BadSdp("the first line must be v=0")
    session = _Section()
    sections: list[_Section] = []
    for line in lines:
        if line.startswith("m="):
            if len(sections) == MAX_MEDIA:
                raise BadSdp(f"more than {MAX_MEDIA} m-lines")
            sections.append(_Section(line))
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            values = (sections[-1] if sections else session).values.setdefault(name, [])
            values.append(value)
            if name == "candidate" and len(values) > MAX_CANDIDATES:
                raise BadSdp(f"more than {MAX_CANDIDATES} candidates")
    if not sections:
        raise BadSdp("no m-line")
    return session, sections


def _bundled(session: _Section, media: tuple[OfferedMedia, ...]) -> str:
    """The mid whose transport carries everything."""
    if len(media) == 1:
        return media[0].mid
    for group in session.all("group"):
        words = group.split()
        if words[:1] == ["BUNDLE"]:
            mids = {line.mid for line in media}
            if len(words) > 1 and {line.mid for line in media if not line.rejected} <= set(words[1:]) <= mids:
                return words[1]
            raise BadSdp("every m-line must be in the one BUNDLE group")
    raise BadSdp("several m-lines without BUNDLE")


def _fingerprint(values: list[str]) -> str:
    for value in values:
        algorithm, _, digest = value.partition(" ")
        if algorithm.lower() == "sha-256" and _SHA256.fullmatch(digest.strip()):
            return digest.strip().upper()
    raise BadSdp("no sha-256 fingerprint")


def _read_media(section: _Section) -> OfferedMedia:
    head = _MEDIA.fullmatch(section.first)
    if not head:
        raise BadSdp("an m-line is malformed")
    kind, port, protocol, formats = head.groups()
    mid = section.one("mid") or ""
    if not _MID.fullmatch(mid):
        raise BadSdp("an m-line has no proper mid")
    directions = [name for name in DIRECTIONS if section.has(name)]
    if len(directions) > 1:
        raise BadSdp(f"m-line {mid} has two directions")
    known = kind in ("audio", "video") and protocol in ("UDP/TLS/RTP/SAVPF", "RTP/SAVPF")
    rejected = not known or (int(port) == 0 and not section.has("bundle-only"))
    if not rejected and not section.has("rtcp-mux"):
        raise BadSdp(f"m-line {mid} is without rtcp-mux")
    return OfferedMedia(
        kind=kind,
        protocol=protocol,
        formats=formats,
        mid=mid,
        direction=directions[0] if directions else "sendrecv",
        rejected=rejected,
        codecs=() if rejected else _codecs(kind, formats.split(), section),
        ids=_extensions(section),
        ssrcs=_ssrcs(section),
    )


def _codecs(kind: str, formats: list[str], section: _Section) -> tuple[OfferedCodec, ...]:
    names = _names(section)
    parameters: dict[int, str] = {}
    for value in section.all("fmtp"):
        head, _, rest = value.partition(" ")
        if not _PARAMETERS.fullmatch(rest):
            raise BadSdp("an fmtp is malformed")  # it is repeated in the answer: nothing that could end a line may stand in it
        if (number := _payload_type(head)) is not None:
            parameters[number] = rest.strip()
    feedback: dict[str, set[str]] = {}
    for value in section.all("rtcp-fb"):
        head, _, rest = value.partition(" ")
        feedback.setdefault(head, set()).add(rest.strip())
    repeats: dict[int, int] = {}
    for number, (name, _) in names.items():
        if name == "RTX" and (match := _APT.search(parameters.get(number, ""))):
            repeats.setdefault(int(match[1]), number)
    found = []
    for text in formats:
        wanted = _payload_type(text)
        if wanted is None or wanted not in names:
            continue
        name, rate = names[wanted]
        fmtp = parameters.get(wanted, "")
        if _is_known(kind, name, rate, fmtp):
            back = frozenset(feedback.get(text, set()) | feedback.get("*", set()))
            found.append(OfferedCodec(name.removesuffix("/2"), rate, wanted, fmtp, back, repeats.get(wanted)))
    return tuple(found)


def _names(section: _Section) -> dict[int, tuple[str, int]]:
    """Payload type → encoding name in upper case (with the channels, if two) and clock rate."""
    names: dict[int, tuple[str, int]] = {}
    for value in section.all("rtpmap"):
        head, _, rest = value.partition(" ")
        parts = rest.split("/")
        if not _NUMBER.fullmatch(head) or len(parts) < 2 or not _NUMBER.fullmatch(parts[1]):
            raise BadSdp("an rtpmap is malformed")
        if (number := _payload_type(head)) is not None:
            names[number] = (parts[0].upper() + ("/2" if parts[2:] == ["2"] else ""), int(parts[1]))
    return names


def _is_known(kind: str, name: str, rate: int, fmtp: str) -> bool:
    if kind == "audio":
        return name == "OPUS/2" and rate == 48000
    return rate == 90000 and (name == "VP8" or (name == "H264" and "packetization-mode=1" in fmtp))


def _payload_type(text: str) -> int | None:
    """A dynamic payload type that cannot be mistaken for RTCP (RFC 5761 §4)."""
    if not _NUMBER.fullmatch(text) or not 0 <= int(text) <= 127:
        return None
    return None if 64 <= int(text) <= 95 else int(text)


def _extensions(section: _Section) -> ExtensionIds:
    """Only numbers 1 to 14 fit the one-byte form that every end understands."""
    numbers: dict[str, int] = {}
    for value in section.all("extmap"):
        head, _, uri = value.partition(" ")
        number = head.partition("/")[0]
        if _NUMBER.fullmatch(number) and 1 <= int(number) <= 14:
            numbers.setdefault(uri.split(" ")[0], int(number))
    is_video = section.first.startswith("m=video")
    return ExtensionIds(
        numbers.get(MID_URI, 0),
        numbers.get(ABS_SEND_TIME_URI, 0) if is_video else 0,
        0 if is_video else numbers.get(AUDIO_LEVEL_URI, 0),
    )


def _ssrcs(section: _Section) -> tuple[tuple[int, int | None], ...]:
    listed: list[int] = []
    for value in section.all("ssrc"):
        number = value.partition(" ")[0]
        if not _NUMBER.fullmatch(number) or int(number) >= 1 << 32:
            raise BadSdp("an ssrc is no number of 32 bits")
        if int(number) not in listed:
            listed.append(int(number))
    if len(listed) > MAX_SSRCS:
        raise BadSdp(f"more than {MAX_SSRCS} SSRCs in an m-line")
    pairs: dict[int, int] = {}
    for value in section.all("ssrc-group"):
        words = value.split()
        if len(words) == 3 and words[0] == "FID" and all(_NUMBER.fullmatch(word) and int(word) in listed for word in words[1:]):
            pairs[int(words[1])] = int(words[2])
    repeats = set(pairs.values())
    return tuple((ssrc, pairs.get(ssrc)) for ssrc in listed if ssrc not in repeats)

"""What is accepted of a publish offer. Pure, so that a server can refuse a bad offer before anything has changed."""

from __future__ import annotations

from collections.abc import Mapping

from media.answer import Accepted
from media.node_api import Source
from media.sdp import BadSdp, Offer


def choose_published(offer: Offer, sources: Mapping[str, Source]) -> list[Accepted | None]:
    """What is accepted of a publish offer, m-line by m-line (None: rejected). Raises `BadSdp` with a sentence."""
    unknown = set(sources) - {media.mid for media in offer.media}
    if unknown or not sources:
        raise BadSdp(f"no m-line with mid {', '.join(sorted(unknown))}" if unknown else "no source is named")
    if len(set(sources.values())) != len(sources):
        raise BadSdp("one source on two m-lines")
    chosen: list[Accepted | None] = []
    for media in offer.media:
        source = sources.get(media.mid)
        if source is None or media.rejected:
            chosen.append(None)
            continue
        if media.kind != ("audio" if source == "microphone" else "video"):
            raise BadSdp(f"m-line {media.mid} is {media.kind}, which a {source} is not")
        if media.direction == "recvonly":
            raise BadSdp(f"m-line {media.mid} of a publish connection must be sendonly")
        if not media.codecs:
            raise BadSdp(f"m-line {media.mid} offers no codec we know (Opus, VP8, H264 in packetization mode 1)")
        direction = "inactive" if media.direction == "inactive" else "recvonly"
        chosen.append(Accepted(direction, media.codecs[:1]))
    if not any(chosen):
        raise BadSdp("no m-line can be accepted")
    return chosen

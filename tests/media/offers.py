"""Offers for tests: as a Chromium writes them (setCodecPreferences to Opus, VP8 and rtx), cut to what matters."""

from __future__ import annotations

FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))
HEAD = [
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE {mids}",
    "a=extmap-allow-mixed",
    "a=msid-semantic: WMS *",
]
TRANSPORT = [
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=candidate:1 1 udp 2122260223 192.0.2.9 50000 typ host generation 0",
    "a=ice-ufrag:EsAw",
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
    "a=ice-options:trickle",
    f"a=fingerprint:sha-256 {FINGERPRINT}",
    "a=setup:actpass",
]
AUDIO = [
    "a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a={direction}",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    "a=rtpmap:111 opus/48000/2",
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
]
VIDEO = [
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "a={direction}",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 goog-remb",
    "a=rtcp-fb:96 transport-cc",
    "a=rtcp-fb:96 ccm fir",
    "a=rtcp-fb:96 nack",
    "a=rtcp-fb:96 nack pli",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
]


def offer(*kinds: str, direction: str = "sendonly") -> str:
    """An offer with an m-line for each of `audio`, `video`; mids are 0, 1, …"""
    lines = [line.format(mids=" ".join(str(mid) for mid in range(len(kinds)))) for line in HEAD]
    for mid, kind in enumerate(kinds):
        types = "111" if kind == "audio" else "96 97"
        lines += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {types}", *TRANSPORT, f"a=mid:{mid}"]
        lines += [line.format(direction=direction) for line in (AUDIO if kind == "audio" else VIDEO)]
        if direction == "sendonly":
            ssrc = 1000 * (mid + 1)
            if kind == "video":
                lines += [f"a=ssrc-group:FID {ssrc} {ssrc + 1}", f"a=ssrc:{ssrc + 1} cname:x"]
            lines += [f"a=ssrc:{ssrc} cname:x", f"a=ssrc:{ssrc} msid:stream track"]
    return "\r\n".join(lines) + "\r\n"


H264 = [
    "a=rtpmap:102 H264/90000",
    "a=rtcp-fb:102 nack",
    "a=rtcp-fb:102 nack pli",
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
    "a=rtpmap:103 rtx/90000",
    "a=fmtp:103 apt=102",
    "a=rtpmap:104 H264/90000",
    "a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f",
]


def with_h264(text: str, *, first: bool) -> str:
    """The same offer with H264 before or after VP8."""
    types = "102 103 104 96 97" if first else "96 97 104 102 103"
    return text.replace("SAVPF 96 97", f"SAVPF {types}").replace("a=rtpmap:96", "\r\n".join(H264) + "\r\na=rtpmap:96")

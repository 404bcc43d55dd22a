"""What all messages share: frozen tagged structs, and the few bounded kinds of text that may come from outside."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

# Bounds (docs/settings.md, limits); each is refused by the decoder, before any of our rules runs.
RequestId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,40}$", description="chosen by the sender, unique per command; repeating it changes nothing")]
SessionId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{7,39}$", description="one visit, from ticket to close")]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="a stable name for programs")]
PersonName = Annotated[str, Meta(min_length=1, max_length=60, description="as declared, shown as text only")]
ShortText = Annotated[str, Meta(max_length=200)]
Note = Annotated[str, Meta(max_length=4000)]
Sdp = Annotated[str, Meta(min_length=1, max_length=48 * 1024, description="an SDP offer or answer (RFC 8866)")]
Mid = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,16}$", description="identification tag of an m-line (RFC 9143)")]
ParticipantId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="unique in its session, for instance `resident`")]
Epoch = Annotated[int, Meta(ge=1, le=1_000_000, description="one life of one participant's connection; a reconnect starts the next")]
Seconds = Annotated[float, Meta(description="seconds since 1970-01-01 UTC by the server's clock")]

Source = Literal["microphone", "camera", "screen", "document"]
Role = Literal["resident", "clerk", "helper", "interpreter", "supervisor"]
Language = Literal["zh-CN", "en"]


def kebab(name: str) -> str:
    """`TakeTicket` → `take-ticket`: the value of `type` on the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=kebab):
    """Anything that is sent. `type` is the class name in kebab-case; an unknown type or field is an error with its path."""


class Command(Message, frozen=True):
    """Something an end asks for. It is answered by `done`, `refused` or, for media, by `media-answer`, each naming `id` as `re`.

    An end repeats what was not answered after a reconnect, with the same `id`: the server carries it out at most once.
    """

    id: RequestId


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a message that is never sent alone."""

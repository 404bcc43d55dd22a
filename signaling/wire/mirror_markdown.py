"""The wire as a page for people: `docs/protocol.md`, one chapter per conversation, one table per message."""

from __future__ import annotations

import json
import types
import typing
from typing import Any

import msgspec

from signaling.wire.codes import CODES
from signaling.wire.mirror_model import Alias, Member, Shape, Wire

TITLES = {
    "link": "The link",
    "visit": "The visit (kiosk)",
    "desk": "The desk (counter)",
    "talk": "The talk (both)",
    "cases": "The cases of a visit and their people",
    "asks": "What is asked of the resident",
    "forms": "The form and its signatures",
    "control": "Remote operation, and what is written",
    "pointing": "Pointing",
    "consents": "What the resident agreed to",
    "replies": "Replies and notices",
    "notices": "The one-time notice, and the look-up of a receipt",
    "http": "Bodies of the HTTP routes",
    "review": "Bodies of the routes of review",
    "window": "Bodies of the routes of a host's staffed window",
}
DIRECTIONS = {
    "FromKiosk": "kiosk → server",
    "FromDesk": "counter → server",
    "ToKiosk": "server → kiosk",
    "ToDesk": "server → counter",
    "FromEnd": "end → server",
    "FromServer": "server → end",
}

_PLAIN = {str: "text", int: "integer", float: "number", bool: "true or false", types.NoneType: "null", msgspec.Raw: "any JSON"}


def markdown(wire: Wire) -> str:
    """The whole of `docs/protocol.md`."""
    parts = [
        "# The protocol",
        "<!-- Printed by `python -m signaling.wire.mirror` from signaling/wire/*.py; do not edit. -->",
        f"Version {wire.protocol}. WebSocket at `/api/v1/socket`, text frames of JSON (RFC 8259), one object a frame. `type` names the "
        "message; an unknown type or field, a missing field or a value out of bounds is answered by `refused` with `bad-message` and the "
        "place of the mistake. Times are seconds since 1970-01-01 UTC by the server's clock. The HTTP routes themselves stand in "
        "`/api/v1/openapi.json`.",
    ]
    for module, title in TITLES.items():
        parts += [f"## {title}", wire.docs[module]]
        parts += [_chapter(shape, wire) for shape in wire.shapes if shape.module == module]
    parts += ["## Kinds of values", _table(["kind", "what", "meaning"], [_alias_row(alias) for alias in wire.aliases])]
    parts += ["## Codes", "A program goes by the code, a person reads the sentence beside it."]
    parts.append(_table(["code", "in", "meaning"], [[f"`{code}`", ", ".join(e.where), e.meaning] for code, e in sorted(CODES.items())]))
    return "\n\n".join(parts) + "\n"


def _chapter(shape: Shape, wire: Wire) -> str:
    ways = [DIRECTIONS[union.name] for union in wire.unions if shape.struct in union.structs and union.name in DIRECTIONS]
    name = f"`{shape.tag[1]}`" if shape.tag else shape.name
    lines = [f"### {name}", " · ".join(ways), shape.doc]
    if shape.tag and shape.tag[0] != "type":
        lines.insert(1, f"A value of `{shape.tag[0]}`.")
    if shape.members:
        lines.append(_table(["field", "type", "default", "meaning"], [_row(member, wire) for member in shape.members]))
    return "\n\n".join(line for line in lines if line)


def _row(member: Member, wire: Wire) -> list[str]:
    default = "" if member.required else f"`{json.dumps(member.default)}`"
    return [f"`{member.name}`", words(member.kind, wire.aliases), default, member.doc]


def _alias_row(alias: Alias) -> list[str]:
    return [f"`{alias.name}`", words(alias.kind, ()), " ".join(meta.description for meta in _metas(alias.kind) if meta.description)]


def words(kind: Any, aliases: typing.Sequence[Alias]) -> str:
    """An annotation in words, with its bounds; a kind that has a name by its name."""
    for alias in aliases:
        if kind == alias.kind:
            return alias.name
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return ", ".join([words(args[0], aliases), *(bound for meta in _metas(kind) for bound in _bounds(meta))])
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        tag = kind.__struct_config__.tag
        return f"`{tag}`" if tag else kind.__name__
    if origin is typing.Literal:
        return " or ".join(f"`{json.dumps(value)}`" for value in args)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(words(part, aliases) for part in args)
    if origin is tuple:
        return f"({', '.join(words(part, aliases) for part in args)})"
    if origin is list:
        return f"list of ({words(args[0], aliases)})"
    if origin is dict:
        return f"object of {words(args[0], aliases)}: {words(args[1], aliases)}"
    raise TypeError(f"the mirror has no words for {kind!r}")


def _bounds(meta: msgspec.Meta) -> list[str]:
    found = []
    if meta.min_length is not None or meta.max_length is not None:
        found.append(f"length {meta.min_length or 0} to {meta.max_length if meta.max_length is not None else '…'}")
    if meta.ge is not None or meta.le is not None:
        found.append(f"{'…' if meta.ge is None else meta.ge} to {'…' if meta.le is None else meta.le}")
    if meta.pattern is not None:
        found.append(f"like `{meta.pattern}`")
    return found


def _metas(kind: Any) -> list[msgspec.Meta]:
    return [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, msgspec.Meta)]


def _table(head: list[str], rows: list[list[str]]) -> str:
    escaped = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *escaped])

"""The wire in TypeScript: an interface for each struct, a string union for each choice, and the unions of what each side sends."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from typing import Any

import msgspec

from signaling.wire.codes import CODES
from signaling.wire.mirror_model import Alias, Shape, Wire

SENT_BY_ENDS = ("FromKiosk", "FromDesk", "FromEnd")

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null", msgspec.Raw: "unknown", Any: "unknown"}


def typescript(wire: Wire) -> str:
    """The whole of `wire.generated.ts`."""
    sent = wire.reachable(*SENT_BY_ENDS)
    parts = [
        "// Printed by `python -m signaling.wire.mirror` from signaling/wire/*.py; do not edit.",
        "/* eslint-disable */",
        f"/** Version of the socket protocol. */\nexport const PROTOCOL = {wire.protocol};",
        *(_alias(alias, wire) for alias in wire.aliases),
        _lengths(wire),
        _codes(),
        *(_interface(shape, wire, shape.struct in sent) for shape in wire.shapes),
        *(f"export type {union.name} =\n  | " + "\n  | ".join(struct.__name__ for struct in union.structs) + ";" for union in wire.unions),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _alias(alias: Alias, wire: Wire) -> str:
    doc = " ".join(meta.description for meta in _metas(alias.kind) if meta.description)
    others = {each.name: each.kind for each in wire.aliases if each.name != alias.name}
    return f"{_comment(doc)}export type {alias.name} = {type_text(_bare(alias.kind), others)};"


def _interface(shape: Shape, wire: Wire, sent_by_ends: bool) -> str:
    aliases = {each.name: each.kind for each in wire.aliases}
    lines = [f"{_comment(shape.doc)}export interface {shape.name} {{"]
    if shape.tag:
        lines.append(f"  readonly {shape.tag[0]}: {json.dumps(shape.tag[1])};")
    for member in shape.members:
        # The server always sends every field; an end may leave out what has a default.
        mark = "?" if sent_by_ends and not member.required else ""
        name = member.name if member.name.isidentifier() else json.dumps(member.name)
        lines.append(f"{_comment(member.doc, '  ')}  readonly {name}{mark}: {type_text(member.kind, aliases)};")
    return "\n".join([*lines, "}"])


def type_text(kind: Any, aliases: dict[str, Any]) -> str:
    """The TypeScript of an annotation; a kind that has a name is printed by its name."""
    for name, known in aliases.items():
        if kind == known:
            return name
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return type_text(args[0], aliases)
    below: Callable[[Any], str] = lambda part: type_text(part, aliases)  # noqa: E731 - one word for the recursion
    if origin is typing.Literal:
        return " | ".join(json.dumps(value) for value in args)
    if origin in (types.UnionType, typing.Union):
        return " | ".join(below(part) for part in args)
    if origin is list:
        one = below(args[0])
        return f"readonly ({one})[]" if "|" in one or one.startswith("readonly") else f"readonly {one}[]"
    if origin is tuple:
        return f"readonly [{', '.join(below(part) for part in args)}]"
    if origin is dict:
        return f"Readonly<Record<{below(args[0])}, {below(args[1])}>>"
    raise TypeError(f"the mirror has no TypeScript for {kind!r}")


def _lengths(wire: Wire) -> str:
    found = {
        alias.name: {"min": meta.min_length or 0, "max": meta.max_length}
        for alias in wire.aliases
        for meta in _metas(alias.kind)
        if meta.max_length is not None
    }
    lines = [f"  {name}: {{ min: {bound['min']}, max: {bound['max']} }}," for name, bound in found.items()]
    return "\n".join(["/** Fewest and most characters of the bounded texts. */", "export const LENGTHS = {", *lines, "} as const;"])


def _codes() -> str:
    lines = [f"  {json.dumps(code)}: {json.dumps(entry.meaning, ensure_ascii=False)}," for code, entry in sorted(CODES.items())]
    head = "/** Every code of a refusal, a farewell or an HTTP error; the sentences people read stand in config/words. */"
    return "\n".join([head, "export const CODES = {", *lines, "} as const;", "export type KnownCode = keyof typeof CODES;"])


def _metas(kind: Any) -> list[msgspec.Meta]:
    return [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, msgspec.Meta)]


def _bare(kind: Any) -> Any:
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind


def _comment(doc: str, indent: str = "") -> str:
    if not doc:
        return ""
    safe = doc.replace("*/", "* /")
    body = f" {safe} " if "\n" not in safe else "\n" + "\n".join(f"{indent} * {line}".rstrip() for line in safe.splitlines()) + f"\n{indent} "
    return f"{indent}/**{body}*/\n"

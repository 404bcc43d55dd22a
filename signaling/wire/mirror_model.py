"""What the mirror shows: every struct, alias and union of the wire with its docstrings, read from the classes themselves."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import textwrap
import types
import typing
from dataclasses import dataclass
from typing import Any

import msgspec

MODULES = ("base", "link", "replies", "cases", "control", "asks", "pointing", "forms", "talk", "consents", "notices", "visit", "desk", "http", "review", "window")
"""In the order in which they are printed."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a struct. `kind` is its annotation."""

    name: str
    kind: Any
    required: bool
    default: Any
    doc: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One struct. `tag` is (field, value) where it has one: `("type", "take-ticket")`."""

    name: str
    struct: type[msgspec.Struct]
    module: str
    doc: str
    tag: tuple[str, str] | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A named kind of value, for instance `RequestId`."""

    name: str
    kind: Any
    module: str


@dataclass(frozen=True, slots=True)
class Union:
    """A named union of structs: everything that one side may send."""

    name: str
    structs: tuple[type[msgspec.Struct], ...]
    module: str


@dataclass(frozen=True, slots=True)
class Wire:
    """All of it, in the order of the modules and of the classes in them."""

    protocol: int
    docs: dict[str, str]
    shapes: tuple[Shape, ...]
    aliases: tuple[Alias, ...]
    unions: tuple[Union, ...]

    def reachable(self, *unions: str) -> frozenset[type[msgspec.Struct]]:
        """Every struct that a message of these unions is or contains."""
        fields = {shape.struct: [member.kind for member in shape.members] for shape in self.shapes}
        waiting = [struct for union in self.unions if union.name in unions for struct in union.structs]
        found: set[type[msgspec.Struct]] = set()
        while waiting:
            struct = waiting.pop()
            if struct not in found:
                found.add(struct)
                waiting += [part for kind in fields[struct] for part in structs_in(kind)]
        return frozenset(found)


def read() -> Wire:
    """The wire as it is imported now."""
    package = __package__ or "signaling.wire"
    modules = {name: importlib.import_module(f"{package}.{name}") for name in MODULES}
    shapes: list[Shape] = []
    aliases: list[Alias] = []
    unions: list[Union] = []
    for name, module in modules.items():
        for key, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                if value.__module__ == module.__name__ and not _is_base(value):
                    shapes.append(_shape(value, name))
            elif key.startswith("_") or key in {alias.name for alias in aliases}:
                continue
            elif isinstance(value, types.UnionType) and len(structs_in(value)) == len(typing.get_args(value)):
                unions.append(Union(key, tuple(structs_in(value)), name))
            elif typing.get_origin(value) in (typing.Annotated, typing.Literal):
                aliases.append(Alias(key, value, name))
    docs = {name: inspect.cleandoc(module.__doc__ or "") for name, module in modules.items()}
    protocol: int = importlib.import_module(package).PROTOCOL
    return Wire(protocol, docs, tuple(shapes), tuple(aliases), tuple(unions))


def structs_in(kind: Any) -> list[type[msgspec.Struct]]:
    """The structs that stand anywhere in an annotation."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [found for part in typing.get_args(kind) for found in structs_in(part)]


def _is_base(struct: type[msgspec.Struct]) -> bool:
    """`Message`, `Command`, `Part` and `Screen` are never sent themselves."""
    return bool(struct.__subclasses__())


def _shape(struct: type[msgspec.Struct], module: str) -> Shape:
    config = struct.__struct_config__
    docs = {key: text for each in reversed(struct.__mro__) if issubclass(each, msgspec.Struct) for key, text in _field_docs(each).items()}
    members = tuple(
        Member(field.encode_name, kinds[field.name], field.required, _default(field), docs.get(field.name, ""))
        for kinds in [typing.get_type_hints(struct, include_extras=True)]
        for field in msgspec.structs.fields(struct)
    )
    tag = (config.tag_field, str(config.tag)) if config.tag_field else None
    return Shape(struct.__name__, struct, module, inspect.cleandoc(struct.__doc__ or ""), tag, members)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else None if field.required else field.default_factory()


def _field_docs(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The text that stands below a field; Python itself throws it away."""
    if not struct.__module__.startswith(__package__ or ""):
        return {}
    tree = ast.parse(textwrap.dedent(inspect.getsource(struct))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in itertools.pairwise(tree.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = below.value
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[field.target.id] = " ".join(text.value.split())
    return found

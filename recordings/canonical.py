"""The one byte form of a value: what is hashed and signed must read the same in ten years, in any language.

The form is JSON (RFC 8259) in UTF-8 without spaces, object keys sorted, and is a subset of the JSON Canonicalization Scheme
(RFC 8785): any JCS library writes the same bytes. Left out of it is what readers disagree about: floating-point numbers (write
`fixed(...)`, a text), integers beyond 2^53 - 1, keys that are not plain ASCII, lone surrogates.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NoReturn

LARGEST = 2**53 - 1
"""Largest magnitude of an integer: beyond it a reader with IEEE 754 doubles sees another number (RFC 7493)."""

DEEPEST = 8
"""Deepest nesting of objects and arrays."""

_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


class NotCanonical(ValueError):
    """A value without a canonical form, or bytes that are not in it. `path` says where, for instance `$.body.when`."""

    def __init__(self, reason: str, path: str = "$") -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
        self.path = path


def write(value: Any) -> bytes:
    """The bytes of `value`: str, int, bool, None, and mappings and sequences of them. Raises NotCanonical."""
    return json.dumps(_checked(value, "$", DEEPEST), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def read(data: bytes) -> Any:
    """The value of canonical bytes. Raises NotCanonical for anything that `write` would have written otherwise."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON in UTF-8: {error}") from None
    # Spaces, another order of keys, a key that stands twice, another spelling of a character: all show here.
    if write(value) != data:
        raise NotCanonical("valid JSON, but written in another way")
    return value


def fixed(number: float, places: int = 3) -> str:
    """A number as text with exactly `places` decimals, rounded half to even: `fixed(0.5) == "0.500"`. Raises NotCanonical for NaN, infinity."""
    if not math.isfinite(number):
        raise NotCanonical(f"{number} is no number")
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"  # there is no -0.000


def _checked(value: Any, path: str, depth: int) -> Any:
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) > LARGEST:
                raise NotCanonical("an integer beyond 2^53 - 1", path)
            return int(value)
        case str():
            if any("\ud800" <= c <= "\udfff" for c in value):
                raise NotCanonical("half a surrogate pair", path)
            return str(value)
        case Mapping() | list() | tuple() if depth == 0:
            raise NotCanonical(f"nested more than {DEEPEST} deep", path)
        case Mapping():
            return _object(value, path, depth)
        case list() | tuple():
            return _array(value, path, depth)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical form", path)


def _object(value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise NotCanonical(f"the key {key!r} is not plain ASCII of at most 64 characters", path)
    return {str(key): _checked(value[key], f"{path}.{key}", depth - 1) for key in sorted(value)}


def _array(value: Sequence[Any], path: str, depth: int) -> list[Any]:
    return [_checked(item, f"{path}[{i}]", depth - 1) for i, item in enumerate(value)]


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is a floating-point number")

"""Says Python types in the words of the published description, and makes replies from its definitions."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import msgspec

Facts = dict[str, Any]

_PLAIN = {str: "string", int: "integer", bool: "boolean", Decimal: "number", datetime: "integer"}
_BOUNDS = {"max_length": "maxLength", "ge": "minimum", "le": "maximum"}


def shape_of(hint: Any) -> Facts:
    """`type`, `item`, `enum`, `maxLength`, `minimum`, `maximum` of a type; a struct is named by `struct`."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if origin is Annotated:
        return shape_of(get_args(hint)[0]) | _bounds(get_args(hint)[1:])
    if origin in (Union, types.UnionType):
        return shape_of(next(arm for arm in get_args(hint) if arm is not type(None)))
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if origin is tuple:
        return {"type": "array", "item": shape_of(get_args(hint)[0])}
    return {"type": _PLAIN[hint]} if hint in _PLAIN else {"type": "object", "struct": hint}


def _bounds(marks: tuple[Any, ...]) -> Facts:
    metas = [mark for mark in marks if isinstance(mark, msgspec.Meta)]
    return {
        word: getattr(meta, name)
        for meta in metas
        for name, word in _BOUNDS.items()
        if getattr(meta, name) is not None
    }


def fields_of(struct: Any) -> Iterator[tuple[str, str, Facts, bool]]:
    """Our name, the wire's, the shape and whether it is required, of each field of a struct."""
    hints = get_type_hints(struct, include_extras=True)
    if dataclasses.is_dataclass(struct):
        for entry in dataclasses.fields(struct):
            yield entry.name, entry.name, shape_of(hints[entry.name]), True
        return
    for field in msgspec.structs.fields(struct):
        yield field.name, field.encode_name, shape_of(hints[field.name]), field.required


class Samples:
    """Replies that fit the published description, each value different from its neighbours."""

    def __init__(self, definitions: Facts) -> None:
        self._definitions = definitions
        self._count = 0

    def full(self, shape: Facts) -> Any:
        """Every published field is there."""
        return self._make(shape, is_full=True)

    def least(self, shape: Facts) -> Any:
        """Only what is published as required is there."""
        return self._make(shape, is_full=False)

    def _make(self, shape: Facts, *, is_full: bool) -> Any:
        if "ref" in shape:
            return self._make({"type": "object"} | self._definitions[shape["ref"]], is_full=is_full)
        self._count += 1
        if shape["type"] == "object":
            return {
                name: self._make(field, is_full=is_full)
                for name, field in shape.get("fields", {}).items()
                if is_full or name in shape["required"]
            }
        if shape["type"] == "array":
            return [self._make(shape["item"], is_full=is_full)]
        plain: Facts = {
            "string": f"text-{self._count}",
            "integer": 1_700_000_000 + self._count,
            "number": Decimal(f"{self._count}.25"),
            "boolean": True,
        }
        return plain[shape["type"]]

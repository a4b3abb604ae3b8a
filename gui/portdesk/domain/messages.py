"""Texts for people, said without Qt: an English text and what goes into it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Message:
    """
    One text for people that can still change language.

    `id` is the English text, which is also the key of the translation catalogue.
    `args` fill its `{names}`; they are data and are never translated or read as markup.
    An argument may itself be a `Message`.
    """

    __slots__ = ("args", "id")

    def __init__(self, id: str, /, **args: object) -> None:  # noqa: A002 - gettext's own word
        self.id: Final = id
        self.args: Final = MappingProxyType(args) if args else _NOTHING

    def __str__(self) -> str:
        """The English text, for logs and the command line."""
        return self.id.format_map({name: str(value) for name, value in self.args.items()})

    def __repr__(self) -> str:
        return f"Message({self.id!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.id == other.id and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.id)

"""A compiled catalogue of texts, looked up where it lies instead of being read whole."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

_MAGIC: Final = 0x950412DE
_HEAD: Final = struct.Struct("<5I")
_PLACE: Final = struct.Struct("<2I")


class Catalogue:
    """
    What a `.mo` file translates; without one, texts stay as they are.

    The file lists its texts in order, each with its length and place, and its translations likewise. A
    text is searched for in halves and then remembered: gettext's own reader decodes all of them first.
    Raises `OSError` for a file that is none.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._known: dict[str, str | None] = {}
        self._content = path.read_bytes() if path is not None and path.is_file() else b""
        self._count = self._ids = self._texts = 0
        if self._content:
            try:
                magic, _, self._count, self._ids, self._texts = _HEAD.unpack_from(self._content)
            except struct.error:
                magic = 0
            if magic != _MAGIC:
                raise OSError("not a compiled catalogue")

    def text(self, id_: str) -> str:
        """The translation of `id_`, or `id_` itself."""
        found = self._find(id_)
        return id_ if found is None else found

    def counted(self, one: str, many: str, count: int) -> str:
        """The translation for so many; ours have one form for every number, as Korean does."""
        found = self._find(f"{one}\0{many}")
        if found is None:
            return one if count == 1 else many
        return found

    def _find(self, id_: str) -> str | None:
        if id_ not in self._known:
            self._known[id_] = self._searched(id_.encode())
        return self._known[id_]

    def _searched(self, id_: bytes) -> str | None:
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            here = self._at(self._ids, middle)
            if here == id_:
                return self._at(self._texts, middle).decode()
            if here < id_:
                low = middle + 1
            else:
                high = middle
        return None

    def _at(self, table: int, number: int) -> bytes:
        length, place = _PLACE.unpack_from(self._content, table + _PLACE.size * number)
        return self._content[place : place + length]

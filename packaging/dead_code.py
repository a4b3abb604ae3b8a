"""Names the code that nobody uses; vulture with what it cannot know."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "gui" / "portdesk"

WIRE_ROOMS = ("domain", "api/endpoints", "sandbox")
"""Their structs name every field of the wire, read or not."""

OVERRIDE = re.compile(r"[a-z]+[A-Z]|(?:data|event|flags|index|paint|parent)$")
"""Overrides keep Qt's names, most of them camelCase; ours are not."""

USED_ELSEWHERE = {
    "ALL_ENDPOINTS": "the contract tests hold each against the published description",
}


@cache
def words_of_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))


def is_used_unseen(item: Item) -> bool:
    room = Path(item.filename).relative_to(PROGRAM).as_posix()
    if room.startswith("sandbox") and re.search(rf"\b{item.name}\b", words_of_tests()):
        return True  # it is the test bed, too
    return (
        (item.typ == "variable" and room.startswith(WIRE_ROOMS))
        or OVERRIDE.match(item.name) is not None
        or item.name in USED_ELSEWHERE
    )


def unused() -> Iterator[Item]:
    vulture = Vulture(ignore_decorators=["@*Slot"])
    vulture.scavenge([PROGRAM])
    items = vulture.get_unused_code(min_confidence=60, sort_by_size=False)
    return (item for item in items if not is_used_unseen(item))


def main() -> int:
    found = [item.get_report() for item in unused()]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

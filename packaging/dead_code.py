"""Names the code that nobody uses; vulture with what it cannot know."""

from __future__ import annotations

import re
import sys
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

PARAMETERS = ["password", "service", "username"]
"""A protocol names them as keyring does."""

USED_ELSEWHERE = {
    "ELSEWHERE": "a test holds the details against the fields of a payment",
    "StartDoctypeDeclHandler": "expat calls it",
    "StartElementHandler": "expat calls it",
    "_write_cell": "overrides a method of XlsxWriter",
    "on_accent": "the style sheet takes every colour by its name",
    "warning_ground": "the style sheet takes every colour by its name",
    "call_later": "asyncio calls it",
    "is_partial": "the codec tells a 207 from a success; writes of several items are to come",
    "is_required": "a test holds it against the published description",
    "pages": "tests walk through lists as the program will through those of other subjects",
    "redirect_slashes": "Starlette reads it",
    "seekable": "zipfile asks",
    "should_exit": "uvicorn reads it",
    "writable": "zipfile asks",
}

WAITING = {
    "domain/checkout": "the form of the pay window",
    "checkout": "the payment window",
    "domain/folding.py": "the search field",
    "domain/korean_amount.py": "the refund dialog",
    "domain/masking.py": "exports",
    "domain/pg": "the forms that are checked against what a PG demands",
    "domain/search": "the search field",
    "ledger": "the refund dialog",
    "store/folders.py": "the refund dialog",
    "store/grams.py": "the search field",
    "store/journal": "the refund dialog",
    "store/payments.py": "opening a payment from elsewhere",
    "store/secrets.py": "the refund dialog",
    "sync/spans.py": "other subjects than payments",
    "usecases/bulk_refunds.py": "the bulk dialog",
    "usecases/checkout.py": "the payment window",
    "usecases/refund": "the refund dialog",
    "usecases/shops.py": "the page that manages shops",
}
"""Built and tested before the screen that uses it; an entry goes when the screen comes."""


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
        or room.startswith(tuple(WAITING))
    )


def unused() -> list[Item]:
    vulture = Vulture(ignore_decorators=["@*Slot"], ignore_names=PARAMETERS)
    vulture.scavenge([PROGRAM])
    return vulture.get_unused_code(min_confidence=60, sort_by_size=False)


def main() -> int:
    found = [item.get_report() for item in unused() if not is_used_unseen(item)]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

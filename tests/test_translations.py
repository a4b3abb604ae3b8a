"""Every text of the program is in the Korean catalogue, translated, with the same `{names}` in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "resources" / "translations" / "ko" / "LC_MESSAGES" / "portdesk.po"
KEYWORDS = re.search(r"^KEYWORDS := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="ko", abort_invalid=True)


def texts_of_the_program() -> Iterator[tuple[str, str]]:
    """Each text with the place it was found first."""
    assert KEYWORDS is not None
    keywords = parse_keywords(shlex.split(KEYWORDS[1]))
    for file, line, text, _, _ in extract_from_dir(ROOT / "gui", keywords=keywords):
        yield (text if isinstance(text, str) else text[0]), f"{file}:{line}"


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)", text))


def test_no_text_is_missing(catalogue: Catalog) -> None:
    missing = {text: place for text, place in texts_of_the_program() if text not in catalogue}

    assert missing == {}, "run make translations"


def test_every_text_is_translated(catalogue: Catalog) -> None:
    unfinished = [
        message.id
        for message in catalogue
        if message.id and (message.fuzzy or not all(translations(message)))
    ]

    assert unfinished == []


def test_translations_fill_the_same_names(catalogue: Catalog) -> None:
    wrong = [
        (message.id, said)
        for message in catalogue
        for said in translations(message)
        if message.id
        and said
        and names(said) != names(message.id if isinstance(message.id, str) else message.id[1])
    ]

    assert wrong == []


def test_nothing_is_kept_that_nobody_says(catalogue: Catalog) -> None:
    said = {text for text, _ in texts_of_the_program()}
    ids = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id
    }

    assert ids - said == set()

"""The catalogue is searched where it lies, and finds what gettext's own reader finds."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portdesk.qt.catalogue import Catalogue

SOURCE = Path(__file__).resolve().parents[3] / "resources/translations/ko/LC_MESSAGES/portdesk.po"


def compiled(catalogue: Catalog, folder: Path) -> Path:
    path = folder / "portdesk.mo"
    with path.open("wb") as file:
        write_mo(file, catalogue)
    return path


def test_every_korean_text_is_found_as_gettext_finds_it(tmp_path: Path) -> None:
    with SOURCE.open("rb") as file:
        texts = read_po(file, locale="ko")
    path = compiled(texts, tmp_path)
    theirs, ours = gettext.GNUTranslations(io.BytesIO(path.read_bytes())), Catalogue(path)
    ids = [message.id for message in texts if message.id]
    assert len(ids) > 1000
    for id_ in ids:
        if isinstance(id_, str):
            assert ours.text(id_) == theirs.gettext(id_)
            assert ours.text(id_ + "?") == id_ + "?"
        else:
            for count in (0, 1, 2, 11):
                assert ours.counted(*id_, count) == theirs.ngettext(*id_, count)


def test_korean_has_one_form_for_every_number() -> None:
    with SOURCE.open("rb") as file:
        assert read_po(file, locale="ko").num_plurals == 1


@pytest.mark.parametrize("count", range(6))
def test_a_catalogue_of_any_size_is_searched_to_its_ends(tmp_path: Path, count: int) -> None:
    texts = Catalog(locale="ko")
    for number in range(count):
        texts.add(f"text {number}", f"글 {number}")
    ours = Catalogue(compiled(texts, tmp_path))
    assert [ours.text(f"text {number}") for number in range(count)] == [f"글 {n}" for n in range(count)]
    assert [ours.text(text) for text in ("a", "text", "text 9", "z")] == ["a", "text", "text 9", "z"]


def test_without_a_file_texts_stay_as_they_are(tmp_path: Path) -> None:
    none = Catalogue(tmp_path / "none.mo")
    assert none.text("A text") == "A text"
    assert [none.counted("one", "many", count) for count in (0, 1, 2)] == ["many", "one", "many"]


@pytest.mark.parametrize("content", [b"x", b"x" * 40])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "portdesk.mo"
    path.write_bytes(content)
    with pytest.raises(OSError, match="not a compiled catalogue"):
        Catalogue(path)

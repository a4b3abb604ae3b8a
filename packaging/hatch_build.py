"""Compiles the translations and puts `resources/` into the wheel; hatchling runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES_OF_TRANSLATIONS = {".po", ".pot"}


class ResourcesHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own default
    """An editable install reads `resources/` from the checkout; only a wheel carries a copy."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        resources = Path(self.root, "resources")
        compile_translations(resources / "translations")
        if version != "editable":
            build_data["force_include"].update(
                (str(file), f"portdesk/{file.relative_to(self.root).as_posix()}")
                for file in sorted(resources.rglob("*"))
                if file.is_file() and file.suffix not in SOURCES_OF_TRANSLATIONS
            )


def compile_translations(folder: Path) -> None:
    """Write each `.mo` beside its `.po`."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as reading:
            catalogue = read_po(reading, locale=source.parts[-3], abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as writing:
            write_mo(writing, catalogue)

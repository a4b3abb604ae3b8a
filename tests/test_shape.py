"""What no linter knows: how the tree is laid out, and that foreign text is never read as markup."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "gui" / "portdesk"
MODULES = sorted(PROGRAM.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}

NO_NOUNS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "base",
    "misc",
    "core",
    "lib",
}
MACHINE_PATH = re.compile(r"(?<![\w.\-/$}~])/(?:work|tmp|root|home/\w+|Users/\w+|var/tmp)\b|[A-Z]:\\\\Users")

KIT = PROGRAM / "widgets" / "kit"
PAYMENT_WORDS = re.compile(
    r"(?i)payment|payer|refund|imp_uid|(?:merchant|customer)_uid|buyer|(?<![a-z])(?:pgs?|paid|vbank|billing)"
    r"(?![a-z])|deposit|escrow|결제|환불|구매자"
)
NO_KIT_ROOM = re.compile(r"portdesk\.(?:api|ledger|domain\.(?:pay|pg|refund)|widgets\.(?!kit))")

TEXT_ROOM = PROGRAM / "widgets" / "kit" / "text.py"
"""The one place where Qt's text classes are tamed."""
MARKUP_CLASSES = {
    "QErrorMessage", "QGraphicsTextItem", "QInputDialog", "QLabel", "QMessageBox", "QProgressDialog",
    "QSplashScreen", "QStaticText", "QSystemTrayIcon", "QTextBrowser", "QTextDocument", "QTextEdit",
    "QWhatsThis", "QWizardPage",
}  # fmt: skip
MARKUP_CALLS = {
    "appendHtml", "insertHtml", "setHtml", "setMarkdown", "setStatusTip", "setSubTitle", "setTextFormat",
    "setWhatsThis",
}  # fmt: skip
MARKUP_ROLES = {"StatusTipRole", "ToolTipRole", "WhatsThisRole"}
TIPS = {"setToolTip": 0, "showText": 1}
"""Calls that take a tip, and which of their arguments it is."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def markup_doors(tree: ast.Module) -> Iterator[str]:
    """Where `tree` could hand text to a Qt class that reads markup."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=names):
                yield from (f"{node.lineno}: {name.name}" for name in names if name.name in MARKUP_CLASSES)
            case ast.Attribute(attr=name) if name in MARKUP_CLASSES | MARKUP_CALLS | MARKUP_ROLES:
                yield f"{node.lineno}: {name}"
            case ast.Attribute(attr=name) if name in TIPS:
                yield f"{node.lineno}: {name} without tip()"
            case ast.Call(func=ast.Attribute(attr=name) as door, args=args) if name in TIPS:
                match args[TIPS[name] :]:
                    case [ast.Call(func=ast.Name(id="tip")), *_]:
                        door.attr = ""  # seen and found good


def painters_left(tree: ast.Module) -> Iterator[int]:
    """The lines where `tree` makes a painter that could outlive its painting."""
    ended = {
        id(item.context_expr)
        for node in ast.walk(tree)
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="QPainter") | ast.Attribute(attr="QPainter")):
                if id(node) not in ended:
                    yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_says_in_one_line_what_it_is_for(path: Path) -> None:
    text = ast.get_docstring(TREES[path])

    assert text
    first, _, rest = text.partition("\n")
    assert first.endswith((".", ":")) or not rest
    assert len(first) <= 105


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_files_are_named_after_what_they_hold(path: Path) -> None:
    names = set(path.relative_to(PROGRAM).with_suffix("").parts)

    assert not names & NO_NOUNS
    assert all(name == name.lower() for name in names)


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in MODULES}

    assert [named(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path != TEXT_ROOM], ids=named)
def test_foreign_text_is_never_read_as_markup(path: Path) -> None:
    assert list(markup_doors(TREES[path])) == []


@pytest.mark.parametrize(
    "code",
    [
        "from PySide6.QtWidgets import QLabel",
        "QtWidgets.QMessageBox.warning(None, title, text)",
        "button.setToolTip(name)",
        "QToolTip.showText(place, name, view)",
        "set_later(button.setToolTip)",
        "box.setHtml(text)",
        "if role == Qt.ItemDataRole.ToolTipRole: pass",
    ],
)
def test_each_door_to_markup_is_seen(code: str) -> None:
    assert list(markup_doors(ast.parse(code)))


def test_an_escaped_tip_is_no_door() -> None:
    assert not list(
        markup_doors(ast.parse("QToolTip.showText(place, tip(name)); button.setToolTip(tip(name))"))
    )


@pytest.mark.parametrize("path", [path for path in MODULES if KIT in path.parents], ids=named)
def test_the_kit_knows_no_payment_word(path: Path) -> None:
    """What it is made for stands in the tabs; every other list is made of the same parts."""
    tree, text = TREES[path], path.read_text("utf-8")
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    if path.name != "__init__.py":
        assert PAYMENT_WORDS.findall(text) == []
    assert [name for name in imported if NO_KIT_ROOM.match(name)] == []


@pytest.mark.parametrize(
    "text", ["payments", "the buyer's", "imp_uid", "is_refunded", "Message('Paid')", "PG_NAMES", "vbank"]
)
def test_payment_words_are_known_when_met(text: str) -> None:
    assert PAYMENT_WORDS.search(text)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_painter_ends_with_its_painting(path: Path) -> None:
    assert not list(painters_left(TREES[path]))


@pytest.mark.parametrize(
    "code",
    ["painter = QPainter(self)", "mark(QPainter(self))", "QtGui.QPainter(self).end()", "QPainter()"],
)
def test_each_painter_that_could_outlive_its_painting_is_seen(code: str) -> None:
    assert list(painters_left(ast.parse(code))) == [1]


def test_no_path_of_a_machine_is_in_the_project() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a checkout")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or path.suffix in {".png", ".ico", ".mo"} or not path.is_file():
            continue
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found += [f"{name}:{number}" for number, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]
    assert found == []

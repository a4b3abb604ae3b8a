"""Changes the money protocol in one small place at a time and asks its tests whether they notice."""

from __future__ import annotations

import argparse
import ast
import copy
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / "gui" / "portdesk" / "ledger"
QUICK = ROOT / "tests" / "unit" / "ledger"
THOROUGH = ("tests/sim/test_protocol.py", "-k", "not notices and not way_out and not way_to")
SEEDS = "1400"
PATIENCE = 240
Change = Callable[[Any], None]

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}


class Mutant:
    """One change: where it is, what it is, and the source it makes."""

    def __init__(self, path: Path, line: int, what: str, source: str) -> None:
        self.path = path
        self.line = line
        self.what = what
        self.source = source

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line} {self.what}"


def mutants(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text("utf-8"))
    declared = {id(value) for value in (*declarations(tree), *texts_about(tree))}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in declared:
            continue
        for what, change in changes(node):
            changed = copy.deepcopy(tree)
            twin = next(one for number, one in enumerate(ast.walk(changed)) if number == place)
            change(twin)
            source = ast.unparse(ast.fix_missing_locations(changed))
            if source != ast.unparse(tree):
                yield Mutant(path, line_of(tree, node), what, source)


def declarations(tree: ast.AST) -> Iterator[ast.AST]:
    """How a struct is made (frozen, keywords only) is the type checker's to hold, not a test's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (part for word in node.keywords for part in ast.walk(word))


def texts_about(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, annotations and imports do nothing; the words for people are the catalogue's to hold."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as text):
                yield text
            case ast.Call(func=ast.Name(id="Message"), args=[ast.Constant() as text, *_]):
                yield text
            case ast.AnnAssign(annotation=annotation):
                yield from ast.walk(annotation)
            case ast.ImportFrom() | ast.Import():
                yield from ast.walk(node)


def line_of(tree: ast.AST, node: ast.AST) -> int:
    if hasattr(node, "lineno"):
        return int(node.lineno)
    holders = (one for one in ast.walk(tree) if node in list(ast.iter_child_nodes(one)))
    return next((int(one.lineno) for one in holders if hasattr(one, "lineno")), 0)


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    yield from changed_operators(node)
    yield from changed_constants(node)
    yield from changed_course(node)
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield "without not", negate_again
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield f"{name} -> {CALLS[name]}", put("func", ast.Name(CALLS[name], ast.Load()))
        case ast.Attribute(value=ast.Name(id="State"), attr=name) if name in NEXT:
            yield f"{name} -> {NEXT[name]}", put("attr", NEXT[name])
        case ast.keyword(arg=name, value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield f"{name}=None", put("value", ast.Constant(None))


def changed_constants(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", put("value", not value)
        case ast.Constant(value=int(value)):
            yield f"{value} -> {value + 1}", put("value", value + 1)
        case ast.Constant(value=float(value)):
            yield f"{value} -> {value * 2}", put("value", value * 2)
        case ast.Constant(value=str(value)) if value:
            yield f"{value[:20]!r} -> other text", put("value", f"{value}?")


def changed_course(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield "return None", put("value", ast.Constant(None))
        case ast.If(test=test):
            yield "if -> if not", put("test", ast.UnaryOp(ast.Not(), test))
        case ast.Expr(value=ast.Call()) | ast.Assign() | ast.AugAssign():
            yield "statement left out", leave_out
        case ast.IfExp():
            yield "the other branch", turn_round
        case (
            ast.ListComp(generators=[ast.comprehension(ifs=[_, *_])])
            | ast.GeneratorExp(generators=[ast.comprehension(ifs=[_, *_])])
        ):
            yield "without its condition", unconditional


def changed_operators(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in SWAPS.get(type(op), ()):
                    yield f"{type(op).__name__} -> {other.__name__}", swap(place, other)
        case ast.BoolOp(op=op) | ast.BinOp(op=op):
            for other in SWAPS.get(type(op), ()):
                yield f"{type(op).__name__} -> {other.__name__}", put("op", other())


STATES = (
    "PLANNED", "SENDING", "UNKNOWN", "REFUSED", "HUMAN", "CONFIRMED", "REJECTED", "NOT_APPLIED", "NOT_SENT",
    "CONFIRMED_BY_HUMAN", "EXTERNAL", "ABANDONED",
)  # fmt: skip
NEXT = dict(zip(STATES, (*STATES[1:], STATES[0]), strict=True))


def put(name: str, value: object) -> Change:
    return lambda node: setattr(node, name, value)


def swap(place: int, other: type[ast.AST]) -> Change:
    return lambda node: node.ops.__setitem__(place, other())


def leave_out(node: ast.stmt) -> None:
    """What is left is a statement that does nothing."""
    node.__class__ = ast.Pass
    node._fields = ()


def turn_round(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


def unconditional(node: ast.ListComp | ast.GeneratorExp) -> None:
    node.generators[0].ifs = []


def negate_again(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def is_noticed(mutant: Mutant, folder: Path) -> bool:
    """Whether a test fails when the mutant stands in a shadow of the room."""
    shadow = folder / "portdesk"
    target = shadow / "ledger" / mutant.path.name
    whole = target.read_text("utf-8")
    target.write_text(mutant.source, "utf-8")
    try:
        return any(fails(tests, folder) for tests in (nearest_first(mutant), THOROUGH))
    finally:
        target.write_text(whole, "utf-8")


def nearest_first(mutant: Mutant) -> tuple[str, ...]:
    """The tests of the room, those of the changed file before the others: the first that fails ends it."""
    own = QUICK / f"test_{mutant.path.name}"
    return tuple(map(str, sorted(QUICK.glob("test_*.py"), key=lambda path: (path != own, path))))


def fails(tests: tuple[str, ...], folder: Path) -> bool:
    environment = os.environ | {
        "PYTHONPATH": str(folder), "PORTDESK_SEEDS": SEEDS, "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "-o",
        f"pythonpath={folder} tests", *tests,
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def shadow(folder: Path) -> None:
    """The whole program once more, so that nothing of the real one is touched."""
    subprocess.run(["cp", "-r", str(ROOT / "gui" / "portdesk"), str(folder)], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--part", default="1/1", help="which part of how many, for several at once")
    parser.add_argument("files", nargs="*", default=sorted(path.stem for path in ROOM.glob("[a-z]*.py")))
    wishes = parser.parse_args()
    part, parts = (int(number) for number in wishes.part.split("/"))
    folder = wishes.folder / f"part-{part}"
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    folder.mkdir(parents=True)
    shadow(folder)
    every = [mutant for name in wishes.files for mutant in mutants(ROOM / f"{name}.py")]
    mine = every[part - 1 :: parts]
    survivors = 0
    for mutant in mine:
        if not is_noticed(mutant, folder):
            survivors += 1
            print(f"not noticed: {mutant}", flush=True)
    print(f"{len(mine) - survivors} of {len(mine)} noticed: {100 - 100 * survivors / len(mine):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())

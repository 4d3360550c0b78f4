"""The small faults that are put into the modules that matter most, and those that change nothing.

A fault changes one comparison, condition, number, keyword of a query, return, decorator or call of
one function. It is named by module, function, the statement as it is and the statement as it would
be, so that a line of `argued.toml` says by itself what it argues, and moving code leaves it true.
"""

import ast
import copy
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent.parent
ARGUED = Path(__file__).with_name("argued.toml")
OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# A query without one of its conditions still runs, and finds too much.
QUERIES = {"filter", "exclude", "Q", "When"}
# Types are for the type checker, the words of an error for people.
FOR_PEOPLE = {"annotation", "returns", "type_params", "exc", "cause"}


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, the statement as it is and as it would be."""

    module: str
    function: str
    line: int
    was: str
    becomes: str
    # The same statement may stand twice in a function.
    nth: int = 1

    @property
    def name(self) -> tuple[str, str, str, str, int]:
        """Return what a line of `argued.toml` names: lines of the module may move."""
        return self.module, self.function, self.was, self.becomes, self.nth


class _Slot(NamedTuple):
    """Where a node hangs in the tree, in which statement of which function."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST
    statement: ast.AST
    function: str

    def put(self, node: ast.AST | None) -> None:
        """Hang a node in this place; None takes it out of its list."""
        if self.index is None:
            setattr(self.parent, self.field, node)
            return
        held = list(getattr(self.parent, self.field))
        held[self.index : self.index + 1] = [] if node is None else [node]
        setattr(self.parent, self.field, held)


def faults(path: str, only: Collection[str] = ()) -> Iterator[tuple[Fault, ast.Module]]:
    """Yield every fault of a module, with the module as it would be until the next is asked for.

    `only` are the functions whose faults are wanted; none given, all.
    """
    tree = ast.parse((HERE / path).read_text(encoding="utf-8"), path)
    seen: Counter[tuple[str, str, str]] = Counter()
    for slot in list(_slots(tree, "")):
        if only and slot.function not in only:
            continue
        was = _text(slot.statement)
        whole = getattr(slot.parent, slot.field)
        for changed in _changed(slot):
            slot.put(changed)
            becomes = _text(changed if slot.node is slot.statement else slot.statement)
            seen[slot.function, was, becomes] += 1
            nth = seen[slot.function, was, becomes]
            line = getattr(slot.node, "lineno", 0)
            yield Fault(path, slot.function, line, was, becomes, nth), tree
            setattr(slot.parent, slot.field, whole)


def _slots(
    tree: ast.AST, name: str, statement: ast.AST | None = None, function: str = ""
) -> Iterator[_Slot]:
    """Yield the places inside functions in which something may be changed; `function` is the one
    around a place, `name` also that of a class."""
    for field, value in ast.iter_fields(tree):
        if field in FOR_PEOPLE or (field == "args" and isinstance(value, ast.arguments)):
            continue
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST):
                continue
            named = f"{name}.{getattr(node, 'name', '')}".lstrip(".")
            if isinstance(node, ast.ClassDef):
                yield from _slots(node, named)
                continue
            if isinstance(node, ast.FunctionDef):
                if function:  # its decorators are put on while the one around it runs
                    yield from _decorators(node, function)
                yield from _slots(node, named, None, named)
                continue
            if field == "decorator_list":
                continue
            here = node if isinstance(node, ast.stmt | ast.match_case) else statement or node
            if function:
                place = index if isinstance(value, list) else None
                yield _Slot(tree, field, place, node, here, function)
            yield from _slots(node, name, here if function else None, function)


def _decorators(node: ast.FunctionDef, around: str) -> Iterator[_Slot]:
    for index, one in enumerate(node.decorator_list):
        yield _Slot(node, "decorator_list", index, one, one, around)


def _text(node: ast.AST | None) -> str:
    """Return a statement in one line: of one that holds others, its head."""
    if node is None:
        return "nothing"
    if isinstance(node, ast.Pass):
        return "pass"
    return ast.unparse(node).strip().splitlines()[0]


def _changed(slot: _Slot) -> Iterator[ast.AST | None]:
    """Yield what may stand in a place instead of what is there."""
    node: Any = slot.node
    if slot.field == "decorator_list":
        yield None
        return
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield _with(node, ops=[OTHER[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            yield _with(node, op=OTHER[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.If() | ast.IfExp() | ast.While():
            yield _with(node, test=_constant(True, node.test))
            yield _with(node, test=_constant(False, node.test))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Constant(value=bool() as value):
            yield _with(node, value=not value)
        case ast.Constant(value=int() as value):
            yield _with(node, value=value + 1)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _with(node, value=None)
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            yield ast.copy_location(ast.Pass(), node)
        case ast.Expr(value=ast.Yield(value=ast.expr())):
            yield ast.copy_location(ast.Pass(), node)
        case ast.Continue():
            yield ast.copy_location(ast.Pass(), node)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in QUERIES:
            for index in range(len(node.keywords)):
                kept = node.keywords[:index] + node.keywords[index + 1 :]
                yield _with(node, keywords=kept)


def _with(node: Any, **fields: Any) -> Any:
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def _constant(value: bool, where: ast.AST) -> ast.Constant:
    return ast.copy_location(ast.Constant(value), where)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def argued() -> dict[tuple[str, str, str, str, int], str]:
    """Return the faults that change nothing that counts, with the reason."""
    told = tomllib.loads(ARGUED.read_text(encoding="utf-8"))["faults"]
    return {
        (one["module"], one["function"], one["was"], one["becomes"], one.get("nth", 1)): one[
            "reason"
        ]
        for one in told
    }


def argued_and_not_there() -> list[tuple[str, str, str, str, int]]:
    """Return what `argued.toml` argues though it is no fault of the code as it is now."""
    named = set(argued())
    functions: dict[str, set[str]] = {}
    for path, function, *_ in named:
        functions.setdefault(path, set()).add(function)
    there = {
        fault.name
        for path, only in functions.items()
        if (HERE / path).exists()
        for fault, _ in faults(path, only)
    }
    return sorted(named - there)

"""Whether the tests would notice: small faults put into the modules that matter most, one by one.

A fault changes one comparison, condition, number, return or call of one function of access, crypto,
audit and step-up. The tests of that module are collected once; for each fault a process is forked,
the function's code replaced in it, and the tests run until one fails. A fault that no test notices
is a survivor. `argued.toml` beside this file names those that change nothing, each with the reason.

Code that ran when a module was read, such as a decorator's, cannot be tried in this way.

    python -m benchmarks.mutants [MODULE …] [--sample 20] [--json]
"""

import argparse
import ast
import copy
import functools
import gc
import json
import os
import random
import signal
import sys
import time
import tomllib
import types
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent.parent
ARGUED = Path(__file__).with_name("argued.toml")
SECONDS = 300  # of processor time; a fault that makes it longer is noticed too
NOT_REACHED = 77
UNIT = "tests/casereview/"
TESTS = {
    "casereview/crypto.py": ["test_crypto", "../rules/test_hostile_values", "test_key_rotation"],
    "casereview/access.py": ["test_access", "test_attacks"],
    "casereview/audit.py": ["test_audit", "test_bulk", "test_tampering", "test_access_log"],
    "casereview/row_codes.py": ["test_tampering", "test_bulk"],
    "casereview/row_coverage.py": ["test_tampering"],
    "casereview/row_verification.py": ["test_tampering"],
    "casereview/verification.py": ["test_checkpoints", "test_tampering"],
    "casereview/checkpoints.py": ["test_checkpoints"],
    "casereview/step_up.py": ["test_step_up"],
    "casereview/sign_in/proof.py": ["test_step_up", "test_sign_in"],
}
OTHER = {
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


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, and what it does."""

    module: str
    function: str
    line: int
    what: str

    @property
    def name(self) -> tuple[str, str, str]:
        """Return what a line of `argued.toml` names: lines of the module may move."""
        return self.module, self.function, self.what


def faults(path: str) -> Iterator[tuple[Fault, ast.Module]]:
    """Yield every fault of a module, with the module as it would be."""
    tree = ast.parse((HERE / path).read_text(encoding="utf-8"), path)
    for number, (node, function) in enumerate(_nodes(tree)):
        for variant, what in enumerate(_said(node)):
            changed = copy.deepcopy(tree)
            twin = list(_nodes(changed))[number][0]
            _change(changed, twin, variant)
            yield Fault(path, function, node.lineno, what), ast.fix_missing_locations(changed)


def _nodes(tree: ast.AST, function: str = "") -> Iterator[tuple[Any, str]]:
    """Yield the nodes inside functions that a fault may change, with the function's name."""
    for child in ast.iter_child_nodes(tree):
        inside = function
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inside = f"{function}.{child.name}".lstrip(".")
            for part in child.body:
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)):
                    yield from _inside(part, inside, isinstance(child, ast.FunctionDef))
        elif isinstance(child, ast.If | ast.With | ast.Try) and not function:
            yield from _nodes(child, function)


def _inside(node: ast.AST, function: str, in_function: bool) -> Iterator[tuple[Any, str]]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from _nodes(ast.Module(body=[node], type_ignores=[]), function)
        return
    if in_function and _said(node):
        yield node, function
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for part in value if isinstance(value, list) else [value]:
            # What is said in an error is for people.
            if isinstance(part, ast.AST) and not (isinstance(node, ast.Raise)):
                yield from _inside(part, function, in_function)


def _said(node: ast.AST) -> list[str]:
    """Return, in words, the faults that a node can be given."""
    match node:
        case ast.Compare(ops=[op]) | ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            return [f"{ast.unparse(node)} → {OTHER[type(op)].__name__}"]
        case ast.UnaryOp(op=ast.Not()):
            return [f"{ast.unparse(node)} → without not"]
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return [f"if {ast.unparse(test)} → always", f"if {ast.unparse(test)} → never"]
        case ast.Constant(value=bool() as value):
            return [f"{value} → {not value}"]
        case ast.Constant(value=int() as value):
            return [f"{value} → {value + 1}"]
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            return [f"return {ast.unparse(value)} → return None"]
        case ast.Expr(value=ast.Call()) | ast.Raise():
            return [f"{ast.unparse(node)} → nothing"]
    return []


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _change(tree: ast.Module, node: Any, variant: int) -> None:
    match node:
        case ast.Compare():
            node.ops = [OTHER[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp():
            node.op = OTHER[type(node.op)]()
        case ast.UnaryOp():
            _replace(tree, node, node.operand)
        case ast.If() | ast.IfExp() | ast.While():
            node.test = ast.Constant(value=variant == 0)
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant():
            node.value += 1
        case ast.Return():
            node.value = None
        case _:
            _replace(tree, node, ast.Pass(lineno=node.lineno, col_offset=0))


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and old in value:
                value[value.index(old)] = new


def put_in(path: str, changed: ast.Module) -> int:
    """Replace the code of every live function of a module by that of the changed module."""
    codes: dict[tuple[str, int], types.CodeType] = {}
    waiting = [compile(changed, path, "exec")]
    while waiting:
        code = waiting.pop()
        codes[code.co_qualname, code.co_firstlineno] = code
        waiting += [one for one in code.co_consts if isinstance(one, types.CodeType)]
    replaced = 0
    for found in gc.get_objects():
        # By its type itself: a lazy object asked for its class would wake up.
        kind = type(found)
        if kind is functools._lru_cache_wrapper:
            found.cache_clear()
        if kind is types.FunctionType and found.__code__.co_filename.endswith(path):
            new = codes.get((found.__code__.co_qualname, found.__code__.co_firstlineno))
            if new is not None and new.co_freevars == found.__code__.co_freevars:
                found.__code__ = new
                replaced += 1
    return replaced


class Trial:
    """Runs in pytest in place of its own loop: forks for each fault, once all is set up."""

    def __init__(self, path: str, sample: int):
        self.path, self.found = path, []  # type: ignore[var-annotated]
        every = list(faults(path))
        if sample and sample < len(every):
            every = random.Random(20150302).sample(every, sample)  # noqa: S311 - not a secret
        self.every = every

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = session.items
        if not items or not self._passes(items):
            raise RuntimeError(f"the tests of {self.path} do not pass without a fault")
        for fault, changed in self.every:
            began = time.monotonic()
            how = self._fate(items, changed)
            self.found.append({**asdict(fault), "fate": how})
            took = time.monotonic() - began
            print(f"{how:9} {took:5.1f} s {fault.line}: {fault.function}: {fault.what}", flush=True)
        return True

    def _passes(self, items: list[pytest.Item]) -> bool:
        # Run here, so that what belongs to the session is there before the first fork.
        failed: list[str] = []
        hooks = items[0].config.pluginmanager
        watch = Watch(lambda name: failed.append(name))
        hooks.register(watch)
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        hooks.unregister(watch)
        return not failed

    def _fate(self, items: list[pytest.Item], changed: ast.Module) -> str:
        from django.db import connections

        connections.close_all()
        child = os.fork()
        if not child:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            try:
                reached = put_in(self.path, changed)
            except BaseException:
                reached = 0
            if not reached:
                os._exit(NOT_REACHED)
            items[0].config.pluginmanager.register(Watch(lambda name: os._exit(1)))
            try:
                for item, following in zip(items, [*items[1:], items[0]], strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            except BaseException:
                os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        # A fault that could not be put in was not noticed by anybody.
        return {0: "SURVIVED", NOT_REACHED: "UNTRIED"}.get(status, "noticed")


class Watch:
    """Says as soon as a test fails."""

    def __init__(self, failed: Any):
        self.failed = failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a report."""
        if report.failed:
            self.failed(report.nodeid)


def argued() -> dict[tuple[str, str, str], str]:
    """Return the faults that change nothing, with the reason."""
    if not ARGUED.exists():
        return {}
    told = tomllib.loads(ARGUED.read_text(encoding="utf-8"))["faults"]
    return {(one["module"], one["function"], one["what"]): one["reason"] for one in told}


def try_module(path: str, sample: int) -> list[dict[str, Any]]:
    """Try a module's faults in a process of its own, and return them with their fate."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        trial = Trial(path, sample)
        names = [os.path.normpath(f"{UNIT}{name}.py") for name in TESTS[path]]
        pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not long", *names], plugins=[trial])
        os.write(write, json.dumps(trial.found).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told or b"[]")


def main() -> int:
    """Print every fault and its fate; return 1 when one survived that nobody argued."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=" ".join(TESTS))
    parser.add_argument("--sample", type=int, default=0, help="so many faults of each module only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(TESTS):
        parser.error(f"there is no module {', '.join(sorted(unknown))}")
    known, found = argued(), []
    for path in options.modules or TESTS:
        found += try_module(path, options.sample)
    survived = [one for one in found if one["fate"] != "noticed"]
    left = [one for one in survived if (one["module"], one["function"], one["what"]) not in known]
    if options.json:
        print(json.dumps({"faults": len(found), "survived": len(survived), "left": left}))
    else:
        print(f"{len(found)} faults, {len(survived)} survived, {len(left)} of them not argued")
        for one in left:
            print(f"  {one['module']}:{one['line']} {one['function']}: {one['what']}")
    return 1 if left or not found else 0


if __name__ == "__main__":
    sys.exit(main())

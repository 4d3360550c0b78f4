"""Whether the tests would notice: small faults put into the modules that matter most, one by one.

The tests of a module are collected and run once, which also tells which of them reach which
function. Then, for each fault (`benchmarks.faults`), a process is forked, the function's code
replaced in it, and the tests that reach it run, the quickest first, until one fails. A fault that
no test notices is a survivor. `argued.toml` beside this file names those that change nothing that
counts, each with the reason; a line of it that is no fault of the code any more is an error.

Not tried: what a module does when it is read (its constants, decorators of its own functions), and
defaults of parameters.

    python -m benchmarks.mutants [MODULE …] [--only FUNCTION …] [--sample 20] [--json]
"""

import argparse
import ast
import cProfile
import functools
import gc
import json
import os
import random
import signal
import sys
import time
import types
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

import pytest

from benchmarks.faults import HERE, Fault, argued, argued_and_not_there, faults
from casereview.prepared import Prepared

SECONDS = 20  # of processor time, and tenfold what the tests take; what is longer is noticed too
NOT_REACHED = 77
UNIT = "tests/casereview/"
TESTS = {
    "casereview/access.py": ["test_door", "test_page_drafts"],
    "casereview/standing.py": ["test_standing", "test_door"],
    "casereview/prepared.py": ["test_prepared"],
    "casereview/rules/access_table.py": ["../rules/test_access_rules"],
    "casereview/rules/role_scope.py": ["../rules/test_access_rules"],
    "casereview/rules/break_glass.py": ["../rules/test_access_rules"],
    "casereview/rules/access_review.py": ["../rules/test_access_rules"],
    "casereview/crypto.py": ["test_crypto", "../rules/test_hostile_values", "test_key_rotation"],
    "casereview/row_codes.py": ["test_chain_codes"],
    "casereview/audit.py": ["test_chain_codes", "test_audit"],
    "casereview/audit_lines.py": ["test_audit_lines"],
    "casereview/step_up.py": ["test_step_up"],
    "casereview/sign_in/proof.py": [
        "test_proof",
        "test_step_up",
        "test_sign_in",
        "test_single_sign_on",
    ],
    "casereview/row_coverage.py": ["test_tampering"],
    "casereview/row_verification.py": ["test_tampering"],
    "casereview/verification.py": ["test_checkpoints", "test_tampering"],
    "casereview/checkpoints.py": ["test_checkpoints"],
}
# Tests that ask the whole table for every role take longer than all others together.
LEFT_OUT = "not test_each_role_may_do and not costs_two_queries and not what_is_listed"
Key = tuple[str, int]


class Live:
    """The functions of a module that are there, by name and line, and the caches among them."""

    def __init__(self, path: str):
        self.path = path
        self.functions: dict[Key, list[types.FunctionType]] = defaultdict(list)
        self.caches: list[Any] = []
        for found in gc.get_objects():
            # By its type itself: a lazy object asked for its class would wake up.
            kind = type(found)
            if kind is functools._lru_cache_wrapper and self._is_ours(found.__wrapped__):
                self.caches.append(found)
            if kind is Prepared:  # what it put together would outlive a changed function
                self.caches.append(found)
            if kind is types.FunctionType and found.__code__.co_filename.endswith(path):
                code = found.__code__
                self.functions[code.co_qualname, code.co_firstlineno].append(found)

    def _is_ours(self, wrapped: Any) -> bool:
        code = getattr(wrapped, "__code__", None)
        # `_derive` and others may be kept by who is no function of Python's.
        return code is None or code.co_filename.endswith(self.path)

    def forget(self) -> None:
        """Empty the caches, so that a function is asked again."""
        for cache in self.caches:
            cache.cache_clear()

    def put_in(self, changed: ast.Module) -> int:
        """Replace the code of every live function by that of the changed module."""
        self._keep_in_reach(changed)
        waiting = [compile(ast.fix_missing_locations(changed), self.path, "exec")]
        replaced = 0
        while waiting:
            code = waiting.pop()
            waiting += [one for one in code.co_consts if isinstance(one, types.CodeType)]
            for function in self.functions.get((code.co_qualname, code.co_firstlineno), []):
                if code.co_freevars == function.__code__.co_freevars:
                    function.__code__ = code
                    replaced += 1
        self.forget()
        return replaced

    def _keep_in_reach(self, changed: ast.Module) -> None:
        """Name in each inner function what it takes from around it: only so it may be replaced."""
        for node in ast.walk(changed):
            if isinstance(node, ast.FunctionDef):
                line = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                for (name, first), live in self.functions.items():
                    if first == line and name.split(".")[-1] == node.name:
                        held = [ast.Name(one, ast.Load()) for one in live[0].__code__.co_freevars]
                        never = ast.If(ast.Constant(False), [ast.Expr(ast.Tuple(held, ast.Load()))])
                        never.orelse = []
                        ast.copy_location(never, node)
                        node.body.insert(0, never)


class Nowhere:
    """What follows a test when nothing does: what belongs to the session is left standing."""

    def __init__(self, session: pytest.Session):
        self.session = session

    def listchain(self) -> list[Any]:
        """Return what is left standing."""
        return [self.session]


class Trial:
    """Runs in pytest in place of its own loop: forks for each fault, once all is set up."""

    def __init__(self, path: str, sample: int, only: list[str]):
        self.path, self.only, self.sample = path, only, sample
        # A line that moved meanwhile would be looked for in vain.
        self.source = (HERE / path).read_text(encoding="utf-8")
        self.found: list[dict[str, Any]] = []
        self.reached: dict[str, list[pytest.Item]] = defaultdict(list)
        self.took: dict[str, float] = {}
        self.noticed: Counter[tuple[str, str]] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # One that commits would leave what it did to the next.
        items = [item for item in session.items if not _commits(item)]
        session.items[:] = items
        self.nowhere = Nowhere(session)
        self.live = Live(self.path)
        if not items or not self._passes(items):
            raise RuntimeError(f"the tests of {self.path} do not pass without a fault")
        self.live = Live(self.path)
        gc.collect()
        gc.freeze()
        names = [fault.name for fault, _ in faults(self.path, self.only)]
        if self.sample and self.sample < len(names):
            names = random.Random(20150302).sample(names, self.sample)  # noqa: S311
        wanted = set(names)
        for fault, changed in faults(self.path, self.only):
            if fault.name not in wanted:
                continue
            if (HERE / self.path).read_text(encoding="utf-8") != self.source:
                raise RuntimeError(f"{self.path} was changed meanwhile")
            began = time.monotonic()
            how = self._fate(fault, changed)
            self.found.append({**asdict(fault), "fate": how})
            took = time.monotonic() - began
            said = f"{fault.line}: {fault.function}: {fault.was} → {fault.becomes}"
            print(f"{how:9} {took:5.1f} s {said}", file=sys.__stderr__, flush=True)
        return True

    def _passes(self, items: list[pytest.Item]) -> bool:
        # Run here, so that what belongs to the session is there before the first fork.
        failed: list[str] = []
        hooks = items[0].config.pluginmanager
        watch = Watch(failed.append)
        hooks.register(watch)
        for item in items:
            began = time.process_time()
            self.live.forget()
            called = cProfile.Profile()
            called.enable()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.nowhere)
            called.disable()
            self.took[item.nodeid] = time.process_time() - began
            for code in [entry.code for entry in called.getstats()]:
                if isinstance(code, types.CodeType) and code.co_filename.endswith(self.path):
                    name = code.co_qualname.replace(".<locals>", "").split(".<")[0]
                    if item not in self.reached[name]:
                        self.reached[name].append(item)
        hooks.unregister(watch)
        if failed:
            print(*failed, sep="\n")
        return not failed

    def _fate(self, fault: Fault, changed: ast.Module) -> str:
        from django.db import connections

        # First what has noticed most in the least time, then the quickest.
        items = sorted(
            self.reached[fault.function],
            key=lambda item: (
                -self.noticed[fault.function, item.nodeid] / self.took[item.nodeid],
                self.took[item.nodeid],
            ),
        )
        if not items:
            return "UNTRIED"
        connections.close_all()
        read, write = os.pipe()
        child = os.fork()
        if not child:
            gc.disable()
            seconds = SECONDS + 10 * sum(self.took[item.nodeid] for item in items)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            try:
                reached = self.live.put_in(changed)
            except BaseException:
                reached = 0
            if not reached:
                os._exit(NOT_REACHED)

            def noticed(name: str) -> None:
                os.write(write, name.encode())
                os._exit(1)

            items[0].config.pluginmanager.register(Watch(noticed))
            try:
                for item in items:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.nowhere)
            except BaseException:
                os._exit(1)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.noticed[fault.function, pipe.read()] += 1
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        # A fault that could not be put in was not noticed by anybody.
        return {0: "SURVIVED", NOT_REACHED: "UNTRIED"}.get(status, "noticed")


def _commits(item: pytest.Item) -> bool:
    marks = item.iter_markers("django_db")
    return any(mark.kwargs.get("transaction") for mark in marks)


class Watch:
    """Says as soon as a test fails."""

    def __init__(self, failed: Any):
        self.failed = failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a report."""
        if report.failed:
            self.failed(report.nodeid)


def try_module(path: str, sample: int, only: list[str]) -> list[dict[str, Any]]:
    """Try a module's faults in a process of its own, and return them with their fate."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        trial = Trial(path, sample, only)
        names = [os.path.normpath(f"{UNIT}{name}.py") for name in TESTS[path]]
        quick = ["-m", "not long", "-k", LEFT_OUT]
        pytest.main(["-q", "-p", "no:cacheprovider", *quick, *names], plugins=[trial])
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
    parser.add_argument("--only", nargs="*", default=[], help="faults of these functions only")
    parser.add_argument("--sample", type=int, default=0, help="so many faults of each module only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(TESTS):
        parser.error(f"there is no module {', '.join(sorted(unknown))}")
    if lost := argued_and_not_there():
        print("argued, but no fault of the code as it is:")
        print(*("  " + " | ".join(map(str, one)) for one in lost), sep="\n")
        return 1
    known, found = argued(), []
    for path in options.modules or TESTS:
        tried = try_module(path, options.sample, options.only)
        if not tried:
            print(f"nothing of {path} could be tried")
            return 1
        found += tried
    survived = [one for one in found if one["fate"] != "noticed"]
    left = [one for one in survived if _name(one) not in known]
    # What a test notices need not be argued, and is not without effect.
    needless = [one for one in found if one["fate"] == "noticed" and _name(one) in known]
    if options.json:
        told = {"faults": len(found), "survived": len(survived)}
        print(json.dumps({**told, "left": left, "needless": needless}))
    else:
        print(f"{len(found)} faults, {len(survived)} survived, {len(left)} of them not argued")
        for word, some in (("not argued", left), ("argued, but noticed", needless)):
            for one in some:
                print(f"  {word}: {one['module']}:{one['line']} {one['function']}:")
                print(f"    {one['was']}\n    {one['becomes']}")
    return 1 if left or needless else 0


def _name(one: dict[str, Any]) -> tuple[str, str, str, str, int]:
    return one["module"], one["function"], one["was"], one["becomes"], one["nth"]


if __name__ == "__main__":
    sys.exit(main())

"""No write goes past the history, no text past the escaping, no date without its zone."""

import ast
import re

import pytest

from tests.architecture import project

# The one door for bulk writes, and the modules below the ORM: they write the versions, the
# chain and the keys themselves, or copy the whole database.
MAY_WRITE_PAST_HISTORY = re.compile(
    r"casereview/(bulk|history|audit\w*|keys|database|database_copies)(\.py|/.+\.py)$"
)
PAST_HISTORY = {
    "abulk_create",
    "abulk_update",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "bulk_create_with_history",
    "bulk_update_with_history",
    "raw",
    "update",
}
# `update` is also a method of dictionaries, sets and hashes: it counts when what it is called
# on was made by one of these, or is named like a set of rows.
MAKES_A_QUERYSET = {
    "all",
    "annotate",
    "distinct",
    "exclude",
    "filter",
    "get_queryset",
    "in_bulk",
    "none",
    "only",
    "order_by",
    "select_for_update",
    "select_related",
    "using",
    "visible_to",
}
MANAGERS = {"objects", "_base_manager", "_default_manager", "history"}
NAMED_LIKE_ROWS = re.compile(r"(^|_)(qs|queryset|query_set|rows_to_write)$")
ONLY_ROWS = PAST_HISTORY - {"update", "raw"}
NAIVE = {"now": 0, "fromtimestamp": 1}


def is_queryset(node: ast.expr, known: set[str]) -> bool:
    """Say whether an expression reads like a queryset or a manager."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=inner)):
            return name in MAKES_A_QUERYSET or is_queryset(inner, known)
        case ast.Attribute(attr=name):
            return name in MANAGERS or bool(NAMED_LIKE_ROWS.search(name))
        case ast.Name(id=name):
            return name in known or bool(NAMED_LIKE_ROWS.search(name))
        case ast.Subscript(value=inner):
            return is_queryset(inner, known)
    return False


def names_of_querysets(tree: ast.AST) -> set[str]:
    """Return the names that the module ever gives to a queryset."""
    known: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_queryset(value, known):
                known.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                if "QuerySet" in ast.unparse(kind):
                    known.add(name)
            case ast.arg(arg=name, annotation=ast.expr() as kind):
                if "QuerySet" in ast.unparse(kind):
                    known.add(name)
    return known


def writes_past_history(tree: ast.AST) -> list[str]:
    """Return `line: name` of each call that writes rows without their history."""
    known = names_of_querysets(tree)
    in_queryset_class = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any("QuerySet" in ast.unparse(base) for base in node.bases)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name, value=inner)) if name in PAST_HISTORY:
                of_self = isinstance(inner, ast.Name) and inner.id == "self"
                if (
                    name in ONLY_ROWS
                    or is_queryset(inner, known)
                    or (of_self and id(node) in in_queryset_class)
                ):
                    found.append(f"{node.lineno}: {name}")
            case ast.Call(func=ast.Attribute(attr="cursor" | "chunked_cursor")):
                found.append(f"{node.lineno}: cursor")
    return found


def naive_instants(tree: ast.AST) -> list[str]:
    """Return `line: name` of each instant or day made without a time zone."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=("utcnow" | "utcfromtimestamp") as name)):
                found.append(f"{node.lineno}: {name}")
            case ast.Call(func=ast.Attribute(attr="today", value=owner)):
                if ast.unparse(owner).split(".")[-1] in {"date", "datetime"}:
                    found.append(f"{node.lineno}: today")
            case ast.Call(func=ast.Attribute(attr=name, value=owner), args=args, keywords=named):
                if name in NAIVE and ast.unparse(owner).split(".")[-1] == "datetime":
                    if len(args) <= NAIVE[name] and not any(key.arg == "tz" for key in named):
                        found.append(f"{node.lineno}: {name}")
    return found


def test_application_code_never_writes_past_the_history():
    found = {
        path: writes
        for path, tree in project.app_modules()
        if not MAY_WRITE_PAST_HISTORY.match(path) and (writes := writes_past_history(tree))
    }

    assert found == {}


def test_no_migration_rewrites_records():
    """Migrations change shape; a change of a record is a correction, made by a named person."""
    found = {
        path: writes
        for path, tree in project.app_modules(migrations=True)
        if "/migrations/" in path
        and (writes := [w for w in writes_past_history(tree) if not w.endswith("cursor")])
    }

    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "Case.objects.update(stage='x')",
        "Case.objects.filter(pk=1).order_by('pk').update(stage='x')",
        "cases = Case.objects.filter(pk=1)\ncases.update(stage='x')",
        "def f(cases: QuerySet[Case]): cases.update(stage='x')",
        "Case._base_manager.using('default').update(stage='x')",
        "case.reviews.all().update(stage='x')",
        "Model.objects.bulk_create(rows)",
        "anything.bulk_update(rows, ['stage'])",
        "Case.objects.raw('select 1')",
        "class Cases(models.QuerySet):\n    def close(self): self.update(stage='x')",
        "with connection.cursor() as cursor: pass",
    ],
)
def test_a_write_past_the_history_is_recognised(source):
    assert writes_past_history(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "counts = {}\ncounts.update(a=1)",
        "digest = hashlib.sha256()\ndigest.update(b'x')",
        "context.update(page=1)",
        "request.session.update(a=1)",
        "names = set(Case.objects.all())\nnames.update(more)",
        "Case.objects.filter(pk=1).first()",
        "class Form(forms.Form):\n    def clean(self): self.update(1)",
    ],
)
def test_other_updates_are_left_alone(source):
    assert writes_past_history(ast.parse(source)) == []


def test_no_instant_is_without_its_time_zone():
    found = {path: naive for path, tree in project.app_modules() if (naive := naive_instants(tree))}

    assert found == {}


@pytest.mark.parametrize(
    ("source", "naive"),
    [
        ("datetime.now()", True),
        ("datetime.datetime.now()", True),
        ("datetime.utcnow()", True),
        ("date.today()", True),
        ("datetime.fromtimestamp(1)", True),
        ("datetime.now(UTC)", False),
        ("datetime.now(tz=UTC)", False),
        ("timezone.now()", False),
        ("datetime.fromtimestamp(1, UTC)", False),
    ],
)
def test_a_naive_instant_is_recognised(source, naive):
    assert bool(naive_instants(ast.parse(source))) is naive


def test_nothing_is_marked_safe_past_the_escaping():
    unsafe = {"mark_safe", "SafeString", "SafeText"}

    found = [
        f"{path}:{node.lineno}"
        for path, tree in project.app_modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in unsafe)
        or (isinstance(node, ast.Attribute) and node.attr in unsafe)
        or (isinstance(node, ast.alias) and node.name in unsafe)
    ]

    assert found == []


def test_no_template_switches_escaping_off():
    """But those of mail in plain text: nothing there is read as markup."""
    switched_off = re.compile(r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off")

    found = [
        path
        for path, text in project.templates()
        if switched_off.search(text) and not path.endswith(".txt")
    ]

    assert found == []


def test_no_form_takes_every_field_of_its_model():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in project.app_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
    ]

    assert found == []

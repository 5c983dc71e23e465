"""The house rules that import-linter cannot hold: doors, foreign keys, sizes, words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

pytestmark = pytest.mark.any_database
SOURCE = Path(__file__).resolve().parents[2] / "src" / "xinheng"
DOORS = {"services", "queries", "tables", "values", "errors"}
ROOMS = [
    "base.kernel", "base.audit", "base.access", "base.webhooks", "base.messages", "base.approvals", "base.packs", "base.secrecy",
    "facts.archive", "facts.customers", "facts.dossiers", "facts.consents", "facts.receivables", "facts.instruments", "facts.disputes", "facts.financials", "facts.factors", "facts.orders", "facts.custody", "facts.texts", "facts.contracts", "facts.retention", "facts.privacy", "facts.intake", "facts.metering",
    "indicators", "judgements.policies", "judgements.ratings", "judgements.scorecards", "judgements.reviews", "judgements.processes", "judgements.limits", "judgements.terms", "judgements.advances", "judgements.applications", "judgements.shadow", "judgements.matching", "judgements.losses", "judgements.arrears", "judgements.consumers", "judgements.theft", "judgements.demand", "judgements.warnings",
    "operations.confirmations", "operations.charges", "operations.dunning", "operations.collection", "operations.care", "operations.key_accounts", "operations.inspections", "operations.duties", "reports", "runs", "web.pages", "web.api",
]  # fmt: skip
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "data", "misc"}


@cache
def modules() -> tuple[tuple[str, Path, ast.Module], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts or "node_modules" in path.parts:
            continue
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def room_of(name: str) -> str | None:
    return next((room for room in ROOMS if name == room or name.startswith(room + ".")), None)


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("xinheng."):
            base = node.module.removeprefix("xinheng.")
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("xinheng."):
                    yield node.lineno, alias.name.removeprefix("xinheng.")


def test_rooms_meet_only_at_their_doors() -> None:
    through_the_wall = []
    for name, path, tree in modules():
        for line, target in imported(tree):
            room = room_of(target)
            if room in (None, "base.kernel") or room == room_of(name) or name.startswith("wiring"):
                continue
            inside = target.removeprefix(room + ".").split(".")[0]
            if inside not in DOORS and target != room:
                through_the_wall.append(f"{path.relative_to(SOURCE)}:{line} imports {target}")
    assert through_the_wall == []


def test_foreign_keys_leave_no_handle() -> None:
    handles = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("xinheng.")
        for field in model._meta.get_fields()
        if field.is_relation and getattr(field, "remote_field", None) and not field.auto_created
        if field.remote_field.related_name != "+"
    ]
    assert handles == []


def test_foreign_keys_point_down_the_house() -> None:
    """Also where the model is named in words, which the import contracts do not see."""
    upwards = []
    for model in apps.get_models():
        here = room_of(model.__module__.removeprefix("xinheng."))
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if here is None or field.auto_created or not isinstance(target, type):
                continue
            there = room_of(target.__module__.removeprefix("xinheng."))
            if there is not None and ROOMS.index(there) > ROOMS.index(here):
                upwards.append(f"{here}.{model.__name__}.{field.name} → {there}")
    assert upwards == []


def test_functions_and_modules_fit_the_eye() -> None:
    too_long = []
    for _name, path, tree in modules():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > 400:
            too_long.append(f"{path.relative_to(SOURCE)}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    too_long.append(f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}: {length} lines")
    assert too_long == []


def test_only_the_outer_floors_ask_the_clock() -> None:
    clocks = {"today", "now", "utcnow", "localdate", "localtime"}
    asked = []
    for name, path, tree in modules():
        if name.split(".")[0] in {"web", "runs", "wiring"} or name.startswith("base.kernel.clock"):
            continue
        asked += [
            f"{path.relative_to(SOURCE)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in clocks
        ]
    assert asked == []


def test_no_room_is_a_lumber_room() -> None:
    assert [str(path.relative_to(SOURCE)) for _, path, _ in modules() if path.stem in FORBIDDEN_NAMES] == []


def test_doors_say_what_goes_through() -> None:
    silent = []
    for name, path, tree in modules():
        if room_of(name) is None or path.stem not in DOORS:
            continue
        silent += [
            f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            if not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert silent == []


IMPURE = {"django", "os", "pathlib", "time", "random", "open", "requests", "urllib"}


def test_rules_decide_on_values_alone() -> None:
    """A rule sees no framework, file, clock or setting, and nothing of another room but its values."""
    impure = []
    for name, path, tree in modules():
        if path.stem != "rules":
            continue
        outside = [
            node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        impure += [
            f"{name} imports {told}"
            for told in outside
            if told != "urllib.parse" and told.split(".")[0] in IMPURE
        ]
        impure += [
            f"{name} imports {told}"
            for told in outside
            if told.endswith((".models", ".queries", ".services"))
        ]
    assert impure == []


def test_models_only_keep() -> None:
    """A model has fields, constraints and a name: it overrides no save and sends no signal."""
    acting = []
    for name, path, tree in modules():
        if path.stem != "models":
            continue
        acting += [
            f"{name}:{node.lineno} {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "clean", "full_clean"}
        ]
        acting += [f"{name} imports signals" for _, told in imported_anywhere(tree) if "signals" in told]
    assert acting == []


def imported_anywhere(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def test_formulas_build_expressions_and_run_none() -> None:
    """A formula is an expression of tables: it neither runs one nor holds the SQL of an engine."""
    running = [
        f"{name}:{node.lineno} {node.func.attr}"
        for name, _path, tree in modules()
        if name.startswith("indicators.formulas")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"execute", "to_pandas", "to_polars", "to_pyarrow", "sql", "raw_sql"}
    ]
    assert running == []


def test_the_floors_stand_in_the_order_of_the_listing() -> None:
    """What `ls` shows is the order of the imports; no room is empty."""
    floors = sorted(path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__")
    assert floors == [
        "base",
        "facts",
        "indicators",
        "judgements",
        "operations",
        "reports",
        "runs",
        "web",
        "wiring",
    ]
    told = {room for room in ROOMS if any(room_of(name) == room for name, _, _ in modules())}
    assert told == set(ROOMS)
    standing = {
        f"{floor}.{room.name}"
        for floor in ("base", "facts", "judgements", "operations")
        for room in (SOURCE / floor).iterdir()
        if room.is_dir() and (room / "__init__.py").exists()
    }
    assert standing == {
        room for room in ROOMS if room.split(".")[0] in {"base", "facts", "judgements", "operations"}
    }

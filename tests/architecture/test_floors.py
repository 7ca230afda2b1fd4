"""What the import contract cannot see: relations between tables, which a string may point upward, and shards' keys."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
SHARDED = (
    "ledger",
    "stock",
    "genealogy",
)  # every row belongs to one log, and may live on another machine than the next


def floors() -> dict[str, int]:
    """Package → its floor, 0 the lowest, from the import contract itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {name.strip(" ()"): number for number, line in enumerate(reversed(layers)) for name in line.split("|")}


def package_of(model: type[models.Model]) -> str | None:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "suyuan" else None


def our_models(*packages: str) -> list[type[models.Model]]:
    found = [model for model in apps.get_models(include_auto_created=True) if package_of(model)]
    return [model for model in found if not packages or package_of(model) in packages]


def relations() -> Iterator[tuple[str, str, str]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and isinstance(field.related_model, type):
                source, target = package_of(model), package_of(field.related_model)
                if source and target:
                    yield f"{model._meta.label}.{field.name}", source, target


def uniques(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    """Every set of columns that the database keeps unique."""
    options: Any = model._meta
    yield tuple(field.name for field in options.pk_fields)
    yield from (tuple(names) for names in options.unique_together)
    yield from (
        tuple(constraint.fields)
        for constraint in options.constraints
        if isinstance(constraint, models.UniqueConstraint)
    )
    yield from ((field.name,) for field in options.local_concrete_fields if field.unique and not field.primary_key)


def test_the_contract_names_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "src" / "suyuan").glob("*/__init__.py")}
    assert packages <= floors().keys()


def test_there_are_models_to_walk() -> None:
    assert {package_of(model) for model in our_models()} >= {"accounts", "catalog", *SHARDED}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_operations_are_independent_of_each_other() -> None:
    """Receiving can be read without knowing shipping; what both need stands beside them, not in either."""
    folder = ROOT / "src" / "suyuan" / "operations"
    own = {path.parent.name for path in folder.glob("*/__init__.py")}
    wrong = [
        (path.relative_to(folder).as_posix(), name)
        for operation in own
        for path in (folder / operation).rglob("*.py")
        for name in imports(path)
        if name.startswith("suyuan.operations.") and name.split(".")[2] in own - {operation}
    ]
    assert own, "no operations: the test looks in the wrong place"
    assert not wrong


def test_relations_go_downward() -> None:
    rank = floors()
    wrong = [
        (name, target) for name, source, target in relations() if source != target and rank[target] >= rank[source]
    ]
    assert not wrong


def test_ledger_and_projections_point_to_no_other_package() -> None:
    assert not [(name, target) for name, source, target in relations() if source in SHARDED and target != source]


@pytest.mark.parametrize("model", our_models(*SHARDED), ids=lambda model: model._meta.label)
def test_keys_of_sharded_tables_contain_the_log(model: type[models.Model]) -> None:
    """No machine can promise what is unique across all of them."""
    assert [columns for columns in uniques(model) if "log" not in columns] == []


@pytest.mark.parametrize("model", our_models(*SHARDED), ids=lambda model: model._meta.label)
def test_keys_of_sharded_tables_are_made_by_the_application(model: type[models.Model]) -> None:
    assert not [field.name for field in model._meta.local_concrete_fields if isinstance(field, models.AutoField)]

"""Rows of models as plain statements, where the way through the models costs more than the database does."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import AutoField, Field


@lru_cache(maxsize=64)
def columns(model: type[models.Model]) -> tuple[str, tuple[str, ...]]:
    """The table of a model, and its columns but a key that the database gives, ready for a statement."""
    return f'"{model._meta.db_table}"', tuple(f'"{field.column}"' for field in _told(model))


def values(row: models.Model) -> list[Any]:
    """What a row is kept as, in the order of `columns`."""
    database = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in _told(type(row))]


@lru_cache(maxsize=64)
def _told(model: type[models.Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, AutoField))

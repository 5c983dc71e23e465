"""How values of the trail are kept: as canonical text, the same bytes in both databases."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import models

from xinheng.base.kernel.money import Money

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
SECRET_WORDS = ("password", "passwd", "secret", "token", "digest", "authorization", "cookie", "api_key")
HIDDEN = "•••"


def clean(text: str) -> str:
    """The text without what a database cannot keep: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def plain(value: Any) -> Any:
    """The value as JSON knows it; whatever stands under the name of a secret is hidden."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Money):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    match value:
        case None | bool() | int():
            told: Any = value
        case float() if math.isfinite(value):
            told = value
        case Mapping():
            told = {clean(str(key)): _unless_secret(str(key), inner) for key, inner in value.items()}
        case list() | tuple():
            told = [plain(inner) for inner in value]
        case set() | frozenset():
            told = sorted((plain(inner) for inner in value), key=str)
        case datetime() | date() | time():
            told = value.isoformat()
        case Money():
            told = f"{value.decimal} {value.currency}"
        case _:
            told = clean(str(value))
    return told


def _unless_secret(key: str, value: Any) -> Any:
    named = key.lower()
    if value is None or isinstance(value, bool) or not any(word in named for word in SECRET_WORDS):
        return plain(value)
    return HIDDEN


class CanonicalJSON(models.TextField[Any, Any]):
    """A JSON value kept as its canonical text, so that every byte of it is under the seal."""

    _pyi_private_set_type: Any  # what django-stubs asks a field of other types to say
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_args: Any) -> Any:
        """The value; text that is no JSON any more comes back as it is, for the verifier to name."""
        if value is None:
            return None
        try:
            return json.loads(value)
        except ValueError:
            return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:  # noqa: ARG002 (Django's signature)
        """Canonical text; questions such as `icontains` keep their text as asked."""
        return canonical_text(value)


def canonical_text(value: Any) -> str | None:
    """What the column holds for a value."""
    return None if value is None else canonical(plain(value))

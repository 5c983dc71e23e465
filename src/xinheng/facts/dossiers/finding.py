"""Finding dossiers by part of a text, by an index of signs and pairs of signs, kept with every change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from xinheng.base.kernel.folding import PART, fold, needed, tokens
from xinheng.facts.dossiers.models import Dossier, Lookup

SQLITE = """
    SELECT l.dossier_id FROM dossiers_search s JOIN dossiers_lookup l ON l.dossier_id = s.rowid
    WHERE dossiers_search MATCH %s AND instr(l.folded, %s) > 0
"""
POSTGRESQL = "SELECT dossier_id FROM dossiers_lookup WHERE found_by @@ %s::tsquery AND strpos(folded, %s) > 0"


def refresh(dossier: Dossier) -> None:
    """Keep what a dossier is found by; in the transaction of what changed it."""
    folded = head_of(dossier.no, dossier.title, dossier.subject, dossier.facts)
    told = {"folded": folded, "tokens": " ".join(sorted(tokens(folded)))}
    Lookup.objects.update_or_create(dossier=dossier, defaults=told)


def head_of(no: str, title: str, subject: str, facts: Mapping[str, Any]) -> str:
    """Number, title, object and every answer, folded."""
    answers = [one for value in facts.values() for one in (value if isinstance(value, list) else [value])]
    parts = [no, title, subject.partition(":")[2], *(str(one) for one in answers)]
    return PART.join(fold(part) for part in parts)


def telling(rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """Of some dossiers those whose number, title, object, answers or customer's name hold a text."""
    folded = fold(text).strip()
    if not folded:
        return rows.none()
    of_customers = Dossier.objects.filter(customer__name__icontains=text).order_by().values("pk")
    named, values = of_customers.query.get_compiler(connection=connection).as_sql()
    if connection.vendor == "postgresql":
        found, asked = POSTGRESQL, " & ".join(f"'{token}'" for token in needed(folded))
    else:
        found, asked = SQLITE, " AND ".join(f'"{token}"' for token in needed(folded))
    union = RawSQL(f"{found} UNION {named}", [asked, folded, *values])  # noqa: S611 # nosec B611 - no words in it
    return rows.filter(pk__in=union)

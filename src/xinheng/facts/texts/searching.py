"""Finding papers by what they say, among those that the reader may see and no others.

Few papers hold the words: these are looked at. Few papers are in reach: all of those are looked at. Else the
newest papers that hold the words are met in passing, as many as a person looks at. Every count is one of what
the reader may see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast, Coalesce, Length, Replace, StrIndex

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.folding import needed
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.texts.errors import WordsMissing
from xinheng.facts.texts.finding import hits_of
from xinheng.facts.texts.folding import Words, words_of
from xinheng.facts.texts.indexing import NOT_FOUND
from xinheng.facts.texts.models import Entry, Page
from xinheng.facts.texts.values import TYPES, Found, Wanted

MOST = 1_000  # papers that one search tells apart; beyond, it says that there are more
FEW_IN_REACH = 3_000  # up to so many papers are looked at one by one
A_PAGE = 20
SQLITE = "SELECT rowid FROM texts_search WHERE texts_search MATCH %s"
POSTGRESQL = "SELECT paper_id FROM texts_entry WHERE found_by @@ %s::tsquery"


@transaction.atomic
def search(*, actor: Actor, on: date, wanted: Wanted, page: int = 1, a_page: int = A_PAGE) -> Found:
    """The papers within reach that hold every word, best or newest first; the trail keeps what was asked.

    Refuses: AccessDenied, WordsMissing.
    """
    access.require(actor, "texts.read", "texts")
    words = words_of(wanted.text)
    if not words.folded:
        raise WordsMissing(field="text")
    within = _within(actor, wanted, on)
    candidates, are_all = _candidates(words, within)
    rows = _ranked(candidates, words, wanted.sort)
    more = len(rows) > MOST or not are_all
    rows = rows[:MOST]
    pages = max(1, -(-len(rows) // a_page))
    at = min(max(page, 1), pages)
    shown = rows[(at - 1) * a_page : at * a_page]
    found = Found(words, hits_of(within, shown, words), len(rows), more, at, pages)
    asked = {"words": list(words.typed), **wanted.narrows, "found": found.total, "page": at}
    record(actor=actor, act="texts.search", subject="texts", on=on, after=asked)
    return found


def _within(actor: Actor, wanted: Wanted, on: date) -> QuerySet[Any]:
    """The papers that may be found at all."""
    rows = dossiers.papers_visible(actor, on).exclude(state__in=NOT_FOUND)
    filters: dict[str, Callable[[Any], Q]] = {
        "customer": lambda no: Q(dossier__customer__no=no),
        "kind": lambda kind: Q(dossier__kind=kind),
        "since": lambda day: Q(formed_on__gte=day),
        "until": lambda day: Q(formed_on__lte=day),
        "type": _of_type,
    }
    for name, told in filters.items():
        if value := getattr(wanted, name):
            rows = rows.filter(told(value))
    return rows


def _of_type(name: str) -> Q:
    begins = [Q(document__content_type__startswith=one) for one in TYPES.get(name, ())]
    return reduce(or_, begins, Q(pk__in=[])) if begins else Q(pk__in=[])


def _candidates(words: Words, within: QuerySet[Any]) -> tuple[list[int], bool]:
    """Papers within reach that may hold the words, the newest where they are very many; whether it is all."""
    tokens = list(dict.fromkeys(token for word in words.folded for token in needed(word)))
    held = _indexed(tokens)
    if len(held) <= MOST:
        return list(within.filter(pk__in=_listed(held)).values_list("pk", flat=True)), True
    reached = list(within.order_by("-pk").values_list("pk", flat=True)[: FEW_IN_REACH + 1])
    if len(reached) <= FEW_IN_REACH:
        return reached, True
    met = _met(tokens, within)
    return met, len(met) <= 2 * MOST


def _indexed(tokens: list[str]) -> list[int]:
    """Up to `MOST` + 1 papers whose entries hold all the tokens, in any order."""
    sql, asked = _match(tokens)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {MOST + 1}", [asked])
        return [row[0] for row in cursor.fetchall()]


def _met(tokens: list[str], within: QuerySet[Any]) -> list[int]:
    """The newest papers within reach whose entries hold all the tokens, a few more than are told apart.

    Words of several tokens are proven afterwards, and some of these papers may hold the tokens alone.
    """
    key = "texts_entry.paper_id" if connection.vendor == "postgresql" else "texts_search.rowid"
    reached = within.filter(pk=RawSQL(key, [])).order_by().values("pk")  # noqa: S611 # nosec B611 - a column
    sql, values = reached.query.get_compiler(connection=connection).as_sql()
    match, asked = _match(tokens)
    walked = f"{match} AND EXISTS ({sql}) ORDER BY {key} DESC LIMIT {2 * MOST + 1}"
    with connection.cursor() as cursor:
        cursor.execute(walked, [asked, *values])
        return [row[0] for row in cursor.fetchall()]


def _match(tokens: list[str]) -> tuple[str, str]:
    if connection.vendor == "postgresql":
        return POSTGRESQL, " & ".join(f"'{token}'" for token in tokens)
    return SQLITE, " AND ".join(f'"{token}"' for token in tokens)


def _listed(ids: list[int]) -> RawSQL:
    """Many ids as one parameter, for `field__in`."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def _ranked(ids: list[int], words: Words, sort: str) -> list[int]:
    """The papers that do hold every word, in the order that is wanted; one more than are told apart.

    Relevance: papers with more of the words in their title, numbers or dossier first, then those where the
    words stand more often, then the newest.
    """
    rows = Entry.objects.filter(paper_id__in=_listed(ids))
    in_head: Combinable = Value(0)
    times: Combinable = Value(0)
    for at, word in enumerate(words.folded):
        named = f"head_{at}", f"text_{at}"
        rows = rows.annotate(
            **{named[0]: _times("head", word), named[1]: Coalesce(Subquery(_on_pages(word)), Value(0))}
        ).filter(Q(**{f"{named[0]}__gt": 0}) | Q(**{f"{named[1]}__gt": 0}))
        in_head = in_head + Cast(F(named[0]), FloatField()) / (F(named[0]) + Value(0.001))
        times = times + F(named[1])
    if sort == "day":
        rows = rows.order_by("-paper__formed_on", "-paper_id")
    else:
        rows = rows.annotate(in_head=in_head, times=times).order_by("-in_head", "-times", "-paper_id")
    return list(rows.values_list("paper_id", flat=True)[: MOST + 1])


def _times(field: str, word: str) -> Combinable:
    """How often a word stands in a folded text."""
    without = Length(Replace(field, Value(word), Value("")))
    return (Length(field) - without) / Value(len(word), output_field=IntegerField())


def _on_pages(word: str) -> QuerySet[Page, Any]:
    rows = Page.objects.annotate(at=StrIndex("folded", Value(word))).filter(
        document_id=OuterRef("document_id"), at__gt=0
    )
    return rows.order_by().values("document_id").annotate(n=Sum(_times("folded", word))).values("n")

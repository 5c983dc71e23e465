"""Whom a typed text means: hits of the search index, and how likely each is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from xinheng.base.kernel.texts import halfwidth, name_key, wanted
from xinheng.facts.customers import search as index
from xinheng.facts.customers.models import Customer, SearchEntry

# a range of one, as PostgreSQL would answer an equality by reading the whole other table first
ITS_OWN = {"customer__gte": OuterRef("pk"), "customer__lte": OuterRef("pk")}


def found(text: str, *, most: int) -> frozenset[int] | None:
    """Ids of all customers that a typed text finds, as `search` reads it; None: more than `most`.

    For lists that put hits in an order of their own; apply the scope beside.
    """
    words = index.words_of(halfwidth(text))
    if not words:
        return frozenset()
    if len(words) == 1 and len(words[0]) == 18:
        holders = Customer.objects.filter(id_number=words[0].upper()).values_list("pk", flat=True)
        if holders:
            return frozenset(holders)
    sets = [hits.ids for hits in index.hits(words, most)]
    known = [ids for ids in sets if ids is not None]
    return frozenset.intersection(*known) if len(known) == len(sets) else None


def met_in_passing(hits: index.Hits) -> Q:
    """A condition on a customer that is cheap where most of the first customers fulfil it."""
    runs, codes = Q(), Q()
    for word in hits.words:
        ways = Q()
        for way in wanted(word):
            ways |= Q(tokens__contains=way.run)
        runs &= ways
    for word in hits.words if hits.by_code else ():
        for column in ("no", "uscc"):
            codes |= Q(**index.beginning(column, word)) | Q(**index.beginning(column, word.upper()))
    return codes | Q(Exists(SearchEntry.objects.filter(runs, **ITS_OWN)))


def ranked(ids: Collection[int], text: str) -> QuerySet[Customer, tuple[int, str, int]]:
    """How likely a typed text means some customers: rank (0 the likeliest), number, id; in no order."""
    hits = Customer.objects.filter(pk__in=ids).annotate(rank=likeliness(text)).order_by()
    return hits.values_list("rank", "no", "pk")


def likeliness(text: str) -> Case:
    """The very number or code, the very name in any script, a name that begins so, everybody else."""
    typed, key = halfwidth(text).strip(), name_key(text)
    rank = [
        When(Q(no__iexact=typed) | Q(uscc=typed.upper()), then=0),
        When(Q(name=text.strip()) | (Q(name_key=key) if key else Q(pk__in=[])), then=1),
        When(
            Q(name__startswith=text.strip()) | (Q(name_key__startswith=key) if key else Q(pk__in=[])), then=2
        ),
    ]
    return Case(*rank, default=Value(3), output_field=IntegerField())

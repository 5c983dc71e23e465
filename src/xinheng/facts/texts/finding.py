"""Where in a found paper the words stand."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import StrIndex

from xinheng.facts.texts.folding import Words, excerpt
from xinheng.facts.texts.models import Page
from xinheng.facts.texts.values import Hit

MOST_PAGES = 8  # of one paper that are named


def hits_of(rows: QuerySet[Any], ids: list[int], words: Words) -> list[Hit]:
    """The found papers in their order, with the page that tells most of the words and the place on it."""
    papers = rows.select_related("dossier__customer", "document").in_bulk(ids)
    pages = _pages({one.document_id for one in papers.values() if one.document_id}, words)
    best = _best(pages)
    return [_hit(papers[one], pages, best, words) for one in ids if one in papers]


def _pages(documents: set[int], words: Words) -> dict[int, list[int]]:
    """The pages of each document on which any of the words stands, those with most of the words first."""
    told: dict[str, Any] = {
        f"at_{at}": StrIndex("folded", Value(word)) for at, word in enumerate(words.folded)
    }
    held = [
        Case(When(**{f"at_{at}__gt": 0}, then=Value(1)), default=Value(0), output_field=IntegerField())
        for at in range(len(words.folded))
    ]
    rows = Page.objects.filter(document_id__in=documents).annotate(**told).annotate(held=reduce(add, held))
    rows = rows.filter(held__gt=0).order_by("document_id", "-held", "no")
    found: dict[int, list[int]] = defaultdict(list)
    for document, no in rows.values_list("document_id", "no"):
        found[document].append(no)
    return found


def _best(pages: dict[int, list[int]]) -> dict[int, Page]:
    """The page of each document that is shown."""
    wanted = {document: numbers[0] for document, numbers in pages.items()}
    rows = Page.objects.filter(document_id__in=list(wanted), no__in=set(wanted.values()))
    return {row.document_id: row for row in rows if wanted[row.document_id] == row.no}


def _hit(paper: Any, pages: dict[int, list[int]], best: dict[int, Page], words: Words) -> Hit:
    title = excerpt(paper.title, words.folded, around=len(paper.title))
    page = best.get(paper.document_id) if paper.document_id else None
    if page is None:
        return Hit(paper, None, title=title)
    others = tuple(sorted(pages[page.document_id])[:MOST_PAGES])
    marked = excerpt(page.text, words.folded)
    return Hit(paper, page.no, others, marked, title, page.way, page.confidence)

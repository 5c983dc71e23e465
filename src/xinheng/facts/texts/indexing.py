"""Entries of the index: what a search finds each paper by. They follow the papers and the readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.folding import PART, fold, tokens
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.texts.models import Entry, Page, Reading, Removal

A_BATCH = 500
MOST_TOKENS = 60_000  # of one paper; PostgreSQL keeps no more than a megabyte of them
NOT_FOUND = ("destroyed", "withdrawn", "lost")  # states of papers that no search finds


def papers(on: date) -> QuerySet[Any]:
    """Every paper that may be found, whoever reads it."""
    return dossiers.papers_visible(system_actor("texts"), on).exclude(state__in=NOT_FOUND)


def index(asked: Iterable[int], on: date) -> int:
    """Let papers be found by what they say now; gives how many are found."""
    done, rest = 0, iter(asked)
    while some := list(islice(rest, A_BATCH)):
        done += _index(some, on)
    return done


def index_document(document_id: int, on: date) -> None:
    """Let every paper of a document be found by its pages."""
    index(papers(on).filter(document_id=document_id).values_list("pk", flat=True), on)


def index_missing(on: date) -> int:
    """Let papers be found that no signal told of: rows loaded past the services, or older than this room."""
    done = 0
    while True:
        lacking = papers(on).filter(~Exists(Entry.objects.filter(paper_id=OuterRef("pk")))).order_by("pk")
        some = list(lacking.values_list("pk", flat=True)[: 10 * A_BATCH])
        if not some:
            return done
        done += index(some, on)


def forget(paper: Any, on: date) -> None:
    """Nothing finds the paper any more; what no other paper says is gone with it."""
    Removal.objects.update_or_create(paper_id=paper.pk, defaults={"gone_on": on})
    Entry.objects.filter(paper_id=paper.pk).delete()
    document = paper.document_id
    if document is None or Entry.objects.filter(document_id=document).exists():
        return
    Page.objects.filter(document_id=document).delete()
    Reading.objects.filter(document_id=document).delete()


def purge() -> None:
    """Let what was removed from the index leave the disk too: it is written anew without it.

    SQLite keeps removed entries in older parts of the index until these are merged; PostgreSQL keeps removed
    rows until they are vacuumed, which no transaction may do. Where nothing was removed, nothing is written.
    """
    if not Removal.objects.exists():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("INSERT INTO texts_search(texts_search) VALUES ('optimize')")
        elif connection.in_atomic_block:
            return
        else:
            cursor.execute("VACUUM texts_entry, texts_page")
    Removal.objects.all().delete()


@transaction.atomic
def _index(some: list[int], on: date) -> int:
    asked = "pk", "title", "number", "label", "file_name", "document_id", "dossier__title", "dossier__no"
    rows = list(papers(on).filter(pk__in=some).values_list(*asked))
    said = _said({row[5] for row in rows if row[5]})
    entries = [_entry(row, said.get(row[5], set())) for row in rows]
    Entry.objects.filter(paper_id__in=some).delete()
    Entry.objects.bulk_create(entries, batch_size=A_BATCH)
    return len(entries)


def _entry(row: tuple[Any, ...], said: set[str]) -> Entry:
    paper, *told = row
    head = head_of(told[:4] + told[5:])
    held = tokens(head) | said
    return Entry(paper_id=paper, document_id=told[4], head=head, tokens=" ".join(sorted(held)))


def head_of(told: Iterable[str]) -> str:
    """What is known of a paper without opening it, folded: title, numbers, name of the file, dossier."""
    return PART.join(folded for one in told if (folded := fold(one)))


def _said(documents: set[int]) -> dict[int, set[str]]:
    """The tokens of all pages of some documents, as many as an entry holds."""
    found: dict[int, set[str]] = defaultdict(set)
    for document, folded in _pages(documents):
        held = found[document]
        if len(held) < MOST_TOKENS:
            held |= tokens(folded)
    return {document: set(sorted(held)[:MOST_TOKENS]) if len(held) > MOST_TOKENS else held
            for document, held in found.items()}  # fmt: skip


def _pages(documents: set[int]) -> Iterator[tuple[int, str]]:
    rows = Page.objects.filter(document_id__in=documents).order_by("document_id", "no")
    return rows.values_list("document_id", "folded").iterator(A_BATCH)

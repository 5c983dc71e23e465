"""The search index: one table of tokens, indexed by FTS5 on SQLite and by GIN on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection

from xinheng.base.kernel import bulk
from xinheng.base.kernel.texts import Wanted, code_tokens, name_tokens, wanted
from xinheng.facts.customers.models import Customer, SearchEntry

FEW = 2_000  # up to so many hits are looked up by their ids; more are met soon enough in passing
CHUNK_ROWS = 100_000
MOST_WORDS = 6
MOST_SIGNS = 60


def index(rows: pl.DataFrame) -> None:
    """Let customers be found by a name of theirs and their codes.

    rows: customer_id, name, and no, uscc, org_code (null or blank where there is none).
    """
    for chunk in rows.iter_slices(CHUNK_ROWS):
        told = [pl.col(code).fill_null("") for code in ("no", "uscc", "org_code")]
        codes = pl.concat_str(
            [pl.when(code != "").then(code_tokens(code)).otherwise(pl.lit("")) for code in told]
        )
        tokens = name_tokens(chunk["name"]) + chunk.select(codes=codes)["codes"]
        bulk.append(SearchEntry, pl.DataFrame({"customer_id": chunk["customer_id"], "tokens": tokens}))


@dataclass(frozen=True)
class Hits:
    """The customers a typed word finds: their ids, or None when they are many."""

    word: str
    ids: frozenset[int] | None


def words_of(text: str) -> list[str]:
    """The words of a typed text, each of which must be found."""
    return [word for word in text[:MOST_SIGNS].split() if wanted(word)][:MOST_WORDS]


def hits(word: str) -> Hits:
    """Ask the index for one word, up to `FEW` customers."""
    ids: set[int] = set(codes_beginning(word))
    for way in wanted(word):
        if len(ids) > FEW:
            break
        ids |= set(_entries(way))
    return Hits(word, None if len(ids) > FEW else frozenset(ids))


def codes_beginning(word: str) -> list[int]:
    """Ids of up to `FEW` + 1 customers whose number or credit code begins with the word."""
    found: list[int] = []
    for column in ("no", "uscc"):
        for typed in dict.fromkeys((word, word.upper())):
            rows = Customer.objects.filter(**beginning(column, typed)).order_by(column)
            found += rows.values_list("pk", flat=True)[: FEW + 1]
    return found


def beginning(column: str, text: str) -> dict[str, str]:
    """A filter the plain index of the column answers on either database."""
    if connection.vendor == "postgresql":
        return {f"{column}__startswith": text}
    return {f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"}


def _entries(way: Wanted) -> list[int]:
    """Ids of up to `FEW` + 1 customers that the index gives for one way to read a word."""
    if connection.vendor == "postgresql":
        sql = f"SELECT customer_id FROM customers_searchentry WHERE {GIN_TOKENS} @@ %s::tsquery"
        asked, position = _as_tsquery(way), "strpos"
    else:
        sql = (
            "SELECT entry.customer_id FROM customers_search"
            " JOIN customers_searchentry entry ON entry.id = customers_search.rowid"
            " WHERE customers_search MATCH %s"
        )
        asked, position = _as_match(way), "instr"
    values: list[object] = [asked]
    if len(way.tokens) > 1:
        sql += f" AND {position}(tokens, %s) > 0".replace("tokens", _column())
        values.append(way.run)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {FEW + 1}", values)
        return [row[0] for row in cursor.fetchall()]


GIN_TOKENS = "array_to_tsvector(string_to_array(trim(tokens), ' '))"


def _column() -> str:
    return "tokens" if connection.vendor == "postgresql" else "entry.tokens"


def _as_match(way: Wanted) -> str:
    quoted = [f'"{token}"' for token in way.tokens]
    if way.open_ended:
        quoted[-1] += " *"
    return " AND ".join(quoted)


def _as_tsquery(way: Wanted) -> str:
    quoted = [f"'{token}'" for token in way.tokens]
    if way.open_ended:
        quoted[-1] += ":*"
    return " & ".join(quoted)


def runs_of(word: str) -> Sequence[str]:
    """What may stand in the row of tokens of a customer the word finds, for those met in passing."""
    return [way.run for way in wanted(word)]

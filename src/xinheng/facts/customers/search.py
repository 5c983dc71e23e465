"""The search index: one row of tokens a customer, indexed by FTS5 on SQLite and by GIN on PostgreSQL."""

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
CODES = ("no", "uscc", "org_code")
SQLITE = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"
SQLITE_TOKENS = "(SELECT tokens FROM customers_searchentry WHERE customer_id = customers_search.rowid)"
POSTGRESQL = "SELECT customer_id FROM customers_searchentry WHERE found_by @@ %s::tsquery"


def index(rows: pl.DataFrame, names: Sequence[str]) -> None:
    """Let customers that no search finds yet be found by the names in some columns and by their codes.

    rows: customer_id, the columns of names, and no, uscc, org_code; null or blank where there is none.
    """
    for chunk in rows.iter_slices(CHUNK_ROWS):
        codes = [_filled(code, code_tokens(pl.col(code))) for code in CODES]
        tokens = chunk.select(pl.concat_str(codes)).to_series()
        for name in names:
            told = chunk.select(pl.col(name).fill_null("")).to_series()
            if (told != "").any():
                tokens = pl.select(
                    pl.when(told != "").then(name_tokens(told) + tokens).otherwise(tokens)
                ).to_series()
        tokens = tokens.str.replace_all("  +", " ")
        frame = pl.DataFrame({"customer_id": chunk["customer_id"], "tokens": tokens})
        bulk.append(SearchEntry, frame)


def _filled(code: str, tokens: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(code).fill_null("") != "").then(tokens).otherwise(pl.lit(""))


def index_anew(customer: Customer, names: Sequence[str]) -> None:
    """Let a customer be found by all names given, now and before, and its codes."""
    SearchEntry.objects.filter(customer=customer).delete()
    columns = [f"name_{at}" for at in range(len(names))]
    row = {"customer_id": customer.pk} | {code: getattr(customer, code) or "" for code in CODES}
    index(pl.DataFrame([row | dict(zip(columns, names, strict=True))]), columns)


@dataclass(frozen=True)
class Hits:
    """The customers that words find: their ids, or None when they are many.

    by_code: some are found by the beginning of a number or code, which the index does not hold.
    """

    words: tuple[str, ...]
    ids: frozenset[int] | None
    by_code: bool = False


def words_of(text: str) -> list[str]:
    """The words of a typed text, each of which must be found."""
    return [word for word in text[:MOST_SIGNS].split() if wanted(word)][:MOST_WORDS]


def hits(words: list[str], most: int = FEW) -> list[Hits]:
    """What each word finds, up to `most` ids; the words that find many are asked for together as well."""
    found = [_hits_of(word, most) for word in words]
    many = tuple(one.words[0] for one in found if one.ids is None and not one.by_code)
    if len(many) < 2:
        return found
    ids = _asked([wanted(word) for word in many], most)
    together = Hits(many, None if len(ids) > most else frozenset(ids))
    return [*(one for one in found if one.words[0] not in many), together]


def _hits_of(word: str, most: int) -> Hits:
    codes = _beginning_with(word, most)
    ids = set(codes)
    for way in wanted(word):
        if len(ids) > most:
            break
        ids |= set(_asked([[way]], most))
    return Hits((word,), None if len(ids) > most else frozenset(ids), by_code=bool(codes))


def _beginning_with(word: str, most: int) -> list[int]:
    """Ids of some customers whose number or credit code begins with the word; more than `most` are many."""
    found: list[int] = []
    for column in ("no", "uscc"):
        for typed in dict.fromkeys((word, word.upper())):
            rows = Customer.objects.filter(**beginning(column, typed)).order_by(column)
            found += rows.values_list("pk", flat=True)[: most + 1]
    return found


def beginning(column: str, text: str) -> dict[str, str]:
    """A filter that the plain index of the column answers on either database."""
    if connection.vendor == "postgresql":
        return {f"{column}__startswith": text}
    return {f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"}


def _asked(words: list[list[Wanted]], most: int) -> list[int]:
    """Ids of up to `most` + 1 customers that are found by each word in one of its ways."""
    postgresql = connection.vendor == "postgresql"
    sql, sign = (POSTGRESQL, "'") if postgresql else (SQLITE, '"')
    conjunction, disjunction = (" & ", " | ") if postgresql else (" AND ", " OR ")
    asked = [disjunction.join(_tokens(way, sign, conjunction, disjunction) for way in ways) for ways in words]
    values = [conjunction.join(f"({one})" for one in asked)]
    for ways in words:
        if not all(way.sure for way in ways):
            stands = "strpos(tokens, %s) > 0" if postgresql else f"instr({SQLITE_TOKENS}, %s) > 0"
            sql += f" AND ({' OR '.join([stands] * len(ways))})"
            values += [way.run for way in ways]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {most + 1}", values)
        return [row[0] for row in cursor.fetchall()]


def _tokens(way: Wanted, sign: str, conjunction: str, disjunction: str) -> str:
    endings = disjunction.join(f"{sign}{token}{sign}" for token in way.endings)
    return f"({conjunction.join([*(f'{sign}{token}{sign}' for token in way.tokens), f'({endings})'])})"

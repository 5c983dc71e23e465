"""Reading the statements of banks: which dialect a file is in, and the money in it that came in."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Literal

import polars as pl
from django.utils.translation import gettext as _
from pydantic import Field

from xinheng.base.kernel.refusal import Refusal
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.facts.intake import services as tables
from xinheng.judgements.matching.errors import BankFileUnreadable
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.judgements.policies.values import Part, Worded

KIND = CODE = "bank_dialects"
ROWS = {
    "row": pl.Int64, "account": pl.String, "serial": pl.String, "booked_on": pl.Date,
    "amount_minor": pl.Int64, "currency": pl.String, "payer": pl.String, "payer_account": pl.String,
    "reference": pl.String,
}  # fmt: skip
FAULTS = {"row": pl.Int64, "field": pl.String, "value": pl.String, "cause": pl.String}
LONGEST = {"account": 40, "serial": 60, "payer": 200, "payer_account": 40, "reference": 200, "currency": 3}
Column = Literal[
    "booked_on",
    "credit",
    "amount",
    "side",
    "account",
    "payer",
    "payer_account",
    "reference",
    "serial",
    "currency",
]
YUAN = {"人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "元": "CNY", "": "CNY"}


class Dialect(Worded):
    """How one bank writes a statement. came_in: words of `side` for money that came in."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")]
    columns: dict[Column, tuple[str, ...]]
    came_in: tuple[str, ...] = ()


class Dialects(Part):
    """The dialects a site reads."""

    kind: Literal["bank_dialects"]
    code: Literal["bank_dialects"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    dialects: Annotated[tuple[Dialect, ...], Field(min_length=1)]


@lru_cache(maxsize=16)
def load(text: str, file: str = "bank_dialects.yaml") -> Dialects:
    """Checked dialects from their YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Dialects, problems=_problems)


def check(text: str) -> None:
    """Whether a text is dialects of banks. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> Dialects:
    """The dialects of a day: what the site adopted, else the shipped ones."""
    kept = packs.documents_in_force(KIND, on=on).filter(code=CODE).first()
    return load(kept.text if kept else adopting.shipped(KIND)[0].text)


def read(
    content: bytes, *, file_name: str, on: date, account: str = "", dialect: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The money that came in by a statement, ROWS, and what is wrong with rows of it, FAULTS.

    account: ours, where the file does not name it. dialect: its code; else the one whose headings the file
    carries most. Rows of money that went out are passed over. A row without a serial of the bank gets one of
    its own content, so that the same file again is known. Refuses: BankFileUnreadable.
    """
    held = in_force(on).dialects
    headings = [heading for one in held for names in one.columns.values() for heading in names]
    try:
        table = tables.table_of(content, file_name=file_name, headings=headings)
    except Refusal as refused:
        raise BankFileUnreadable(file=file_name, cause=str(refused)) from refused
    chosen = _chosen(held, table.columns, dialect)
    found = {} if chosen is None else _columns(chosen, table.columns)
    if chosen is None or "booked_on" not in found or not {"credit", "amount"} & set(found):
        cause = _("No dialect describes its columns: %(columns)s.") % {
            "columns": ", ".join(table.columns[1:9])
        }
        raise BankFileUnreadable(file=file_name, cause=cause)
    return _rows(table, found, chosen, account=account.strip(), on=on)


def _chosen(held: tuple[Dialect, ...], columns: list[str], wanted: str) -> Dialect | None:
    fitting = [one for one in held if not wanted or one.code == wanted]
    return max(fitting, key=lambda one: len(_columns(one, columns)), default=None)


def _columns(dialect: Dialect, columns: list[str]) -> dict[str, list[str]]:
    """Of each field the columns of the file that carry it, as the dialect prefers them."""
    plain = {_plain(name): name for name in columns}
    found = {
        field: [plain[_plain(heading)] for heading in names if _plain(heading) in plain]
        for field, names in dialect.columns.items()
    }
    return {field: names for field, names in found.items() if names}


def _plain(heading: str) -> str:
    return "".join(heading.split()).replace("（", "(").replace("）", ")").lower()


def _rows(
    table: pl.DataFrame, found: dict[str, list[str]], dialect: Dialect, *, account: str, on: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    texts = table.select(
        row=pl.col("_row").cast(pl.Int64), **{name: _text(found.get(name, [])) for name in LONGEST}
    )
    money = found.get("credit") or found["amount"]
    days, no_day = tables.days_of(table[found["booked_on"][0]], latest_year=on.year + 1)
    minor, no_amount = tables.amounts_of(table[money[0]])
    read_rows = texts.with_columns(
        booked_on=days, amount_minor=minor, day_cause=no_day, amount_cause=no_amount,
        day_text=table[found["booked_on"][0]].cast(pl.String), amount_text=table[money[0]].cast(pl.String),
        side=_text(found.get("side", []), table),
    )  # fmt: skip
    wrong_amount = pl.col("amount_cause").is_not_null()
    came = pl.col("amount_minor").fill_null(0) > 0
    if "credit" not in found and dialect.came_in and "side" in found:
        came &= pl.col("side").is_in(dialect.came_in)
    incoming = read_rows.filter(came | wrong_amount)
    code = pl.col("currency").str.to_uppercase().replace(YUAN)
    told = incoming.with_columns(
        currency=pl.when(code == "").then(pl.lit("CNY")).otherwise(code),
        account=pl.when(pl.col("account") == "").then(pl.lit(account)).otherwise("account"),
    )
    faults = _faults(told, on)
    sound = told.join(faults.select("row").unique(), on="row", how="anti", maintain_order="left")
    return _with_serials(sound).select(pl.col(name).cast(kind) for name, kind in ROWS.items()), faults


def _text(names: list[str], table: pl.DataFrame | None = None) -> pl.Expr | pl.Series:
    """The first of some columns that holds anything, as text."""
    if not names:
        return pl.lit("") if table is None else pl.Series([""] * table.height, dtype=pl.String)
    filled = [pl.col(name).cast(pl.String).str.strip_chars().replace("", None) for name in names]
    whole = pl.coalesce(*filled).fill_null("")
    return whole if table is None else table.select(whole).to_series()


def _faults(told: pl.DataFrame, on: date) -> pl.DataFrame:
    found = [
        ("booked_on", "day_text", pl.col("booked_on").is_null(), _("It is not a day.")),
        ("booked_on", "day_text", pl.col("booked_on") > on, _("It lies in the future.")),
        ("amount", "amount_text", pl.col("amount_cause").is_not_null(), _("It is not an amount.")),
        ("account", "account", pl.col("account") == "", _("Say which of our accounts it is of.")),
        ("currency", "currency", ~pl.col("currency").str.contains("^[A-Z]{3}$"), _("It is not a currency.")),
    ]  # fmt: skip
    found += [
        (name, name, pl.col(name).str.len_chars() > most, _("It is too long."))
        for name, most in LONGEST.items()
    ]
    frames = [
        told.filter(wrong).select(
            "row", field=pl.lit(field), value=pl.col(shown).fill_null("").str.head(80), cause=pl.lit(cause)
        )
        for field, shown, wrong, cause in found
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=FAULTS), *frames]).sort("row")


def _with_serials(rows: pl.DataFrame) -> pl.DataFrame:
    what = pl.concat_str(
        "account", pl.col("booked_on").cast(pl.String), pl.col("amount_minor").cast(pl.String), "payer",
        "payer_account", "reference", separator="\t",
    )  # fmt: skip
    told = rows.with_columns(what=what).with_columns(at=pl.int_range(pl.len()).over("what"))
    texts = told.select(pl.format("{}\t{}", "what", "at")).to_series().to_list()
    made = pl.Series([sha256(text.encode()).hexdigest()[:16] for text in texts], dtype=pl.String)
    return told.with_columns(serial=pl.when(pl.col("serial") == "").then(made).otherwise("serial"))


def _problems(dialects: Dialects) -> list[Problem]:
    lacking = _("A dialect needs a day, and money that came in or an amount.")
    return [
        (("dialects", place, "columns"), lacking)
        for place, one in enumerate(dialects.dialects)
        if "booked_on" not in one.columns or not {"credit", "amount"} & set(one.columns)
    ]

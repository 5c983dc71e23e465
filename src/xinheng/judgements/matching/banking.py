"""Taking in statements of banks: money whose customer is known becomes a receipt, the rest waits."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.texts import name_key, name_key_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewReceipt
from xinheng.judgements.matching import applying, bank_files, payers, policy, selecting
from xinheng.judgements.matching.errors import BankFileTaken, BankLineDone, BankRowsRefused, ReasonMissing
from xinheng.judgements.matching.models import BankLine, PayerAlias
from xinheng.judgements.matching.values import BankTaken

AT_ONCE = 500


@transaction.atomic
def take_bank_file(
    *, actor: Actor, on: date, file_name: str, content: bytes, account: str = "", dialect: str = ""
) -> BankTaken:
    """Take in the money of a bank statement, all of the file or nothing; lines known before are passed over.

    Refuses: AccessDenied, BankFileUnreadable, BankRowsRefused (naming the first row), BankFileTaken.
    """
    access.require(actor, "matching.write", "bank")
    rows, faults = bank_files.read(content, file_name=file_name, on=on, account=account, dialect=dialect)
    if faults.height:
        row, field, value, cause = faults.row(0)
        words = f"{value}: {cause}" if value else cause
        raise BankRowsRefused(
            file=file_name, number=faults["row"].n_unique(), row=row, field=field, cause=words
        )
    applying.take_turn()
    new = _new(rows)
    seen = customers.visible(actor, on=on)
    known = payers.identified(seen, new, policy.perhaps_in_force(on), on=on)
    told = new.join(known, on="row", how="left", maintain_order="left").with_columns(
        receipt_no=pl.format("{}-{}", pl.col("account").str.tail(4), pl.col("serial")).str.head(60)
    )
    posted = told.filter(pl.col("customer_id").is_not_null())
    _keep(told, file_name[:255], actor=actor, on=on)
    if posted.height:
        ledger.post_receipts(_receipts(posted), batch_no=None, told_on=on, actor=actor)
    taken = BankTaken(new.height, rows.height - new.height, posted.height, new.height - posted.height)
    after = {"file": file_name, "lines": taken.new, "known_before": taken.known_before,
             "posted": taken.posted, "unknown": taken.unknown}  # fmt: skip
    audit.record(actor=actor, act="matching.take_bank_file", subject="bank", on=on, after=after)
    return taken


@transaction.atomic
def assign(*, actor: Actor, on: date, line_id: int, customer_no: str, remember: bool = True) -> BankLine:
    """Say whose money a line is: it becomes a receipt of that customer. remember: so is the next one.

    Refuses: AccessDenied, BankLineUnknown, BankLineDone, CustomerUnknown, and what posting a receipt refuses.
    """
    access.require(actor, "matching.write", f"customer:{customer_no}")
    line = _waiting(actor, line_id, on=on)
    customer = customers.get(actor, customer_no, on=on)
    number = f"{line.account[-4:]}-{line.serial}"[:60]
    receipt = NewReceipt(
        number, line.booked_on, Money(line.amount_minor, line.currency), "transfer", reference=line.reference,
        payer=line.payer,
    )  # fmt: skip
    ledger.post_receipt(actor=actor, on=on, customer_no=customer_no, receipt=receipt)
    line.customer, line.known_by, line.receipt_no = customer, "hand", number
    line.state, line.decided_by = "posted", actor.login
    line.save(update_fields=["customer", "known_by", "receipt_no", "state", "decided_by"])
    if remember:
        _remember(line, customer, actor=actor, on=on)
    after = {"line": line.serial, "payer": line.payer, "amount": receipt.amount, "remembered": remember}
    audit.record(actor=actor, act="matching.assign", subject=f"customer:{customer_no}", on=on, after=after)
    return line


@transaction.atomic
def set_aside(*, actor: Actor, on: date, line_id: int, reason: str) -> BankLine:
    """Say that a line is no customer's payment, such as interest of the bank.

    Refuses: AccessDenied, BankLineUnknown, BankLineDone, ReasonMissing.
    """
    access.require(actor, "matching.write", "bank")
    if not reason.strip():
        raise ReasonMissing
    line = _waiting(actor, line_id, on=on)
    line.state, line.decided_by, line.reason = "aside", actor.login, reason.strip()[:200]
    line.save(update_fields=["state", "decided_by", "reason"])
    audit.record(
        actor=actor, act="matching.set_aside", subject="bank", on=on,
        after={"line": line.serial, "amount": Money(line.amount_minor, line.currency)}, reason=line.reason,
    )  # fmt: skip
    return line


def _waiting(actor: Actor, line_id: int, *, on: date) -> BankLine:
    line = selecting.get_bank_line(actor, line_id, on=on, lock=True)
    if line.state != "unknown":
        raise BankLineDone(line=line_id, state=selecting.BANK_STATES[line.state])
    return line


def _new(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows no statement told before; of a file that repeats one, the first."""
    once = rows.unique(["account", "serial"], keep="first", maintain_order=True)
    found: list[tuple[Any, ...]] = []
    for account in once["account"].unique().to_list():
        serials = once.filter(pl.col("account") == account)["serial"].to_list()
        for at in range(0, len(serials), AT_ONCE):
            kept = BankLine.objects.filter(account=account, serial__in=serials[at : at + AT_ONCE])
            found += kept.values_list("account", "serial")
    before = pl.DataFrame(found, schema={"account": pl.String, "serial": pl.String}, orient="row")
    return once.join(before, on=["account", "serial"], how="anti", maintain_order="left")


def _keep(told: pl.DataFrame, file_name: str, *, actor: Actor, on: date) -> None:
    is_known = pl.col("customer_id").is_not_null()
    lines = told.select(
        "account", "serial", "booked_on", "amount_minor", "currency", "payer", "payer_account", "reference",
        "customer_id", payer_key=name_key_of(pl.col("payer")), known_by=pl.col("known_by").fill_null(""),
        state=pl.when(is_known).then(pl.lit("posted")).otherwise(pl.lit("unknown")),
        receipt_no=pl.when(is_known).then("receipt_no").otherwise(pl.lit("")), file_name=pl.lit(file_name),
        told_by=pl.lit(actor.login), told_on=pl.lit(on),
    )  # fmt: skip
    try:
        with transaction.atomic():
            bulk.append(BankLine, lines)
    except IntegrityError:  # another file with the same lines came first
        raise BankFileTaken(file=file_name) from None


def _receipts(posted: pl.DataFrame) -> pl.DataFrame:
    return posted.select(
        "customer_id", "receipt_no", "amount_minor", "currency", "reference", "payer",
        received_on="booked_on", method=pl.lit("transfer"),
    )  # fmt: skip


def _remember(line: BankLine, customer: Any, *, actor: Actor, on: date) -> None:
    """Who pays so is this customer from now on; what was remembered otherwise before gives way."""
    kept: dict[str, Any] = {"customer": customer, "told_by": actor.login, "told_on": on}
    if line.payer_account:
        PayerAlias.objects.update_or_create(account=line.payer_account, defaults=kept)
    if key := name_key(line.payer):
        PayerAlias.objects.update_or_create(payer_key=key, defaults=kept)

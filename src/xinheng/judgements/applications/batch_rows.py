"""The rows of a change of many limits: out of a file, or chosen by grade."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from io import BytesIO

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.applications.errors import ApplicationInvalid
from xinheng.judgements.applications.values import BatchRow, RowFault

NUMBERS = ("客户编号", "客户代码", "customer_no", "customer number", "no")
AMOUNTS = ("新额度", "额度", "信用额度", "amount", "new limit", "limit")
MOST_ROWS = 20_000


def read_rows(name: str, content: bytes) -> tuple[list[BatchRow], list[RowFault]]:
    """The rows of an Excel or CSV file with a customer number and a new limit, and what is wrong with others.

    Refuses: ApplicationInvalid where the file cannot be read or lacks a column.
    """
    frame = _table(name, content)
    no, amount = _column(frame, NUMBERS), _column(frame, AMOUNTS)
    if frame.height > MOST_ROWS:
        raise _invalid(_("A file changes at most %(most)s limits.") % {"most": f"{MOST_ROWS:,}"})
    rows, faults = [], []
    for place, (told_no, told_amount) in enumerate(frame.select(no, amount).iter_rows(), start=2):
        customer_no, value = str(told_no or "").strip(), _amount(told_amount)
        if not customer_no:
            faults.append(RowFault(place, no, _("The customer number is missing.")))
        elif value is None or value < 0:
            cause = _("%(value)s is no amount of zero or more.") % {
                "value": str(told_amount or "")[:40] or "—"
            }
            faults.append(RowFault(place, amount, cause))
        else:
            rows.append(BatchRow(customer_no, Money.of(value), place))
    return rows, faults


def repeated(rows: list[BatchRow]) -> list[RowFault]:
    """The rows whose customer stands in an earlier row already."""
    seen: dict[str, int] = {}
    faults = []
    for one in rows:
        first = seen.setdefault(one.customer_no, one.row)
        if first != one.row:
            cause = _("Customer %(no)s stands in row %(row)s already.") % {
                "no": one.customer_no,
                "row": first,
            }
            faults.append(RowFault(one.row, "customer_no", cause))
    return faults


def _table(name: str, content: bytes) -> pl.DataFrame:
    try:
        if content[:2] == b"PK":
            return pl.read_excel(BytesIO(content), engine="calamine", infer_schema_length=None)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        first = text.partition("\n")[0]
        return pl.read_csv(
            text.encode(),
            separator=max(",;\t", key=first.count),
            infer_schema=False,
            truncate_ragged_lines=True,
        )
    except Exception as error:  # whatever a reader of foreign files raises
        cause = _("The file %(file)s cannot be read as Excel or CSV.") % {"file": name[:100]}
        raise _invalid(cause) from error


def _column(frame: pl.DataFrame, names: tuple[str, ...]) -> str:
    for column in frame.columns:
        if column.strip().lower() in names:
            return column
    raise _invalid(_("The file has no column %(column)s.") % {"column": " / ".join(names[:3])})


def _amount(told: object) -> Decimal | None:
    try:
        value = Decimal(str(told).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value < 10**15 else None


def _invalid(cause: str) -> ApplicationInvalid:
    return ApplicationInvalid(field="file", cause=cause)

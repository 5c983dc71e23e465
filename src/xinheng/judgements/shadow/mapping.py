"""How the columns of a file are meant: by their names, or by a small document that says so."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from xinheng.judgements.shadow.errors import LedgerUnreadable

TableKind = Literal["order", "delivery", "bill", "receipt", "end", "block", "unblock", "limit", "documents"]
Values = str | int | float | tuple[str | int | float, ...]
NAMES: dict[str, tuple[str, ...]] = {  # field -> headings that mean it, the first one is ours
    "customer_no": ("customer_no", "customer", "customer_id", "customerid", "客户编号", "客户代码", "客户"),
    "order_no": ("order_no", "order", "order_number", "sales_order", "订单号", "订单编号", "销售订单"),
    "bill_no": ("bill_no", "invoice_no", "invoice", "invoicenumber", "invoice_number", "账单号", "发票号",
                "单据号"),
    "no": ("no", "document_no", "number", "单号", "编号"),
    "on": ("on", "date", "day", "document_date", "order_date", "invoice_date", "posting_date", "日期",
           "单据日期",
           "下单日期", "订单日期", "发货日期", "开票日期", "收款日期"),
    "due_on": ("due_on", "due_date", "duedate", "到期日", "到期日期"),
    "ship_on": ("ship_on", "ship_date", "delivery_date", "计划发货日", "计划发货日期", "交货日期"),
    "until_on": ("until_on", "valid_until", "until", "截止日", "有效期至"),
    "from_on": ("from_on", "valid_from", "from", "起始日", "生效日"),
    "amount": ("amount", "value", "net_value", "total", "金额", "价税合计", "含税金额", "额度", "限额",
               "limit"),
    "kind": ("kind", "type", "document_type", "单据类型", "类型"),
    "payment": ("payment", "payment_mode", "付款方式"),
    "order_kind": ("order_kind", "订单类型"),
    "segment": ("segment", "credit_segment", "信用段"),
    "state": ("state", "limit_state", "额度状态"),
    "status": ("status", "account_status", "账户状态"),
    "risk_class": ("risk_class", "risk", "风险等级", "风险类别"),
    "name": ("name", "customer_name", "客户名称", "名称"),
    "currency": ("currency", "currency_code", "币种"),
}  # fmt: skip
KINDS: dict[str, tuple[str, ...]] = {  # kind of a table -> what its file, its sheet or its rows are called
    "order": ("order", "orders", "sales_orders", "订单", "销售订单"),
    "delivery": ("delivery", "deliveries", "shipment", "shipments", "发货", "发货单", "出库"),
    "bill": ("bill", "bills", "invoice", "invoices", "账单", "发票", "应收"),
    "receipt": ("receipt", "receipts", "payment", "payments", "收款", "回款", "收款单"),
    "end": ("end", "ends", "cancellation", "cancellations", "cancelled", "取消", "关闭"),
    "block": ("block", "blocks", "credit_blocks", "信用冻结", "冻结"),
    "limit": ("limit", "limits", "credit_limits", "额度", "信用额度", "限额"),
    "documents": ("documents", "ledger", "单据"),
}


class Table(BaseModel):
    """Rows of one kind. file: part of the file's or the sheet's name; where left out, any file.

    where, without: only rows, or no rows, whose columns hold these values. columns: our field -> its heading.
    days: swapped where day and month stand the wrong way round on days up to the 12th. amounts: of_order
    where each row of an order tells the amount of the whole order: it is divided among them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: TableKind
    file: str = ""
    where: dict[str, Values] = {}
    without: dict[str, Values] = {}
    columns: dict[str, str] = {}
    days: Literal["as_written", "swapped"] = "as_written"
    amounts: Literal["as_written", "of_order"] = "as_written"


class Mapping(BaseModel):
    """What the files of a past mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    currency: str = ""
    tables: Annotated[tuple[Table, ...], Field(min_length=1)]


def read_mapping(text: str) -> Mapping | None:
    """A mapping from its YAML; None where none is given. Refuses: LedgerUnreadable."""
    if not text.strip():
        return None
    try:
        return Mapping.model_validate(YAML(typ="safe").load(text))
    except (YAMLError, ValidationError) as error:
        cause = " ".join(str(error).split())[:300]
        raise LedgerUnreadable(file="mapping", cause=cause) from error


@cache
def _meanings(which: str) -> dict[str, str]:
    known = NAMES if which == "names" else KINDS
    return {_plain(word): meant for meant, words in known.items() for word in words}


def field_of(heading: str) -> str | None:
    """The field a heading means."""
    return _meanings("names").get(_plain(heading))


def kind_of(name: str) -> str | None:
    """The kind of table that a file, a sheet or a row is called."""
    return _meanings("kinds").get(_plain(name))


def by_names(name: str, headings: list[str]) -> Table:
    """The mapping of a table that none was given for. Refuses: LedgerUnreadable."""
    columns: dict[str, Any] = {}
    for heading in headings:
        if (meant := field_of(heading)) and meant not in columns:
            columns[meant] = heading
    kind: Any = kind_of(name) or ("documents" if "kind" in columns else _guessed(columns))
    if kind is None:
        known = ", ".join(headings)[:200]
        raise LedgerUnreadable(file=name, cause=f"{known}?")
    return Table(kind=kind, columns=columns)


def _guessed(columns: dict[str, Any]) -> str | None:
    """A table that names its bills and their due days tells bills; one of orders tells orders."""
    if "due_on" in columns:
        return "bill"
    return "order" if "order_no" in columns and "amount" in columns else None


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")

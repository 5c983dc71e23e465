"""Applications in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
STATES: dict[str, Words] = {
    "draft": _("being written"),
    "open": _("on its way through the chain"),
    "returned": _("sent back to who applied"),
    "approved": _("credit approved"),
    "rejected": _("credit refused"),
    "withdrawn": _("application taken back"),
}
TONES = {
    "draft": "mute", "open": "note", "returned": "warn", "approved": "good", "rejected": "bad",
    "withdrawn": "mute",
}  # fmt: skip
AGREEMENTS: dict[str, Words] = {
    "none": _("no agreement is needed"),
    "awaited": _("not active: the signed agreement is awaited"),
    "confirmed": _("the agreement states the same"),
}
METHODS: dict[str, Words] = {
    "grade_table": _("by grade"),
    "net_worth": _("percent of net worth"),
    "working_capital": _("percent of working capital"),
    "working_assets": _("working assets"),
    "turnover": _("purchases × days of credit"),
    "history": _("mean of the last orders"),
    "model": _("base amount × factor of the grade"),
    "references": _("what other suppliers give"),
    "bank_need": _("need of working capital, as banks count it"),
}
INPUTS: dict[str, Words] = {
    "grade": _("approved grade"),
    "by_grade": _("value of the grade"),
    "statement": _("statement as of"),
    "equity": _("owners' equity"),
    "intangible": _("intangible assets"),
    "current_assets": _("current assets"),
    "inventories": _("inventories"),
    "current_liabilities": _("current liabilities"),
    "liabilities": _("total liabilities"),
    "working_assets": _("working assets"),
    "assessed": _("assessed value"),
    "percent": _("percent taken"),
    "purchases": _("bought from us in 365 days"),
    "days": _("days asked for"),
    "grace_days": _("days of grace"),
    "orders": _("last orders"),
    "mean_order": _("mean order"),
    "highest": _("highest balance of the year"),
    "base": _("base amount"),
    "references": _("limits told of other suppliers"),
    "revenue": _("revenue"),
    "cost": _("operating cost"),
    "profit": _("profit before tax"),
    "mean_inventories": _("mean inventories"),
    "mean_receivables": _("mean receivables"),
    "mean_payables": _("mean payables"),
    "growth": _("growth expected, percent"),
    "cycle_days": _("days of the operating cycle"),
    "turns": _("turns a year"),
    "need": _("working capital needed"),
    "own_funds": _("own funds put in"),
    "loans": _("loans that run"),
    "other_sources": _("funds from elsewhere"),
}
BOUNDS: dict[str, Words] = {
    "ceiling": _("ceiling of the grade"),
    "group": _("left of the group limit"),
    "step": _("step below"),
}
EFFECTS: dict[str, Words] = {
    "suspend": _("orders are held"),
    "shrink": _("the limit is lowered for a time"),
}
ACTS: dict[str, Words] = {
    "submit": _("when it was submitted"),
    "approve": _("when a step was approved"),
    "return": _("when it was sent back"),
    "reject": _("when it was refused"),
}

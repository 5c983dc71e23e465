"""Cash application as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.matching import queries as matching

TONES = {"applied": "good", "waiting": "warn", "rejected": "bad", "undone": "note", "superseded": "note"}
BANK_TONES = {"unknown": "warn", "posted": "good", "aside": "note"}
KNOWN_BY: dict[str, str | Promise] = {
    "account": _("by the account it came from"),
    "alias": _("by a name told before"),
    "name": _("by its name"),
    "reference": _("by a bill it names"),
    "hand": _("by hand"),
    "": "",
}
SOURCES: dict[str, str | Promise] = {
    "receipt": _("the receipt"),
    "credit": _("a credit note"),
    "write_down": _("written down"),
}
WRITE_DOWNS: dict[str, str | Promise] = {"fee": _("fee of the bank"), "discount": _("discount"), "": ""}


def ways(on: date) -> dict[str, str]:
    """The ways by code, as the rules of a day word them; those of a person too."""
    rules = matching.perhaps_in_force(on)
    chinese = reads_chinese()
    found: dict[str, str] = (
        {str(one.way): one.zh if chinese else one.en for one in rules.ways} if rules else {}
    )
    return {**found, "hand": str(_("by hand"))}


def lines(found: Sequence[Any], on: date) -> list[dict[str, Any]]:
    """Proposals as lines of a list, with the bills they pay."""
    words, by_proposal = ways(on), matching.lines_of(found)
    rules = matching.perhaps_in_force(on)
    accounts = {str(kind): name for kind, name in rules.accounts.items()} if rules else {}
    return [
        {
            "row": one,
            "state": matching.STATE_WORDS[one.state],
            "tone": TONES[one.state],
            "way": words.get(one.way, one.way),
            "percent": round(one.confidence * 100, 1),
            "amount": Money(one.amount_minor, one.currency),
            "free": Money(one.free_minor, one.currency),
            "left": Money(max(0, one.free_minor - one.amount_minor), one.currency),
            "write_down": Money(one.write_down_minor, one.currency) if one.write_down else None,
            "write_down_word": WRITE_DOWNS[one.write_down],
            "account": accounts.get(one.write_down, ""),
            "bills": [_bill(line, one.currency) for line in by_proposal[one.pk]],
        }
        for one in found
    ]


def _bill(line: Any, currency: str) -> dict[str, Any]:
    return {
        "no": line.bill.bill_no,
        "due_on": line.bill.due_on,
        "amount": Money(line.amount_minor, currency),
        "source": SOURCES[line.source],
        "by": line.credit_bill.bill_no if line.credit_bill else "",
        "is_receipt": line.source == "receipt",
    }


def run(row: Any) -> dict[str, Any]:
    """A run as a line of a list."""
    figures = row.figures
    sums = figures.get("applied_minor", {})
    return {
        "row": row,
        "figures": figures,
        "money": [(Money(minor, currency), currency) for currency, minor in sums.items()],
        "is_undone": row.state == "undone",
    }


def bank_line(row: Any, suggested: list[Any]) -> dict[str, Any]:
    """A line of a bank statement as a line of a list."""
    return {
        "row": row,
        "amount": Money(row.amount_minor, row.currency),
        "state": matching.BANK_STATES[row.state],
        "tone": BANK_TONES[row.state],
        "known_by": KNOWN_BY.get(row.known_by, row.known_by),
        "suggested": suggested,
    }

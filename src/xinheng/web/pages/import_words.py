"""A file taken in as people read it."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.intake.values import Preview
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text

STATES: dict[str, str | Promise] = {
    "waiting": _("waiting to be read"),
    "reading": _("being read"),
    "previewed": _("waits for your decision"),
    "posting": _("being posted"),
    "posted": _("posted"),
    "refused": _("refused"),
    "cancelled": _("cancelled"),
}
TONES = {"previewed": "warn", "posted": "good", "refused": "bad", "cancelled": "note"}
PARTS: dict[str, str | Promise] = {
    "file": _("In the file"),
    "new": _("New"),
    "void": _("Marked void"),
    "known": _("Known already"),
    "rejected": _("Rejected"),
}


def batch_line(batch: Any, kinds: dict[str, str]) -> dict[str, Any]:
    """One file in a list: its kind and state in words, with the state's tone."""
    return {
        "batch": batch,
        "kind": kinds.get(batch.kind, batch.kind),
        "state": STATES[batch.state],
        "tone": TONES.get(batch.state, "note"),
    }


def preview_words(found: Preview) -> dict[str, Any]:
    """What posting would do: counts, control totals as amounts, causes, first rows."""
    sums = [part.get("sums", {}) for part in found.totals.values()]
    names = sorted(
        {(name, currency) for each in sums for name, amounts in each.items() for currency in amounts}
    )
    used = [key for key in names if any(_sum(found, part, key) for part in PARTS)]
    totals = [
        {
            "part": word,
            "rows": found.totals.get(part, {}).get("rows", 0),
            "sums": [str(Money(_sum(found, part, key), key[1] or "CNY")) for key in used],
        }
        for part, word in PARTS.items()
    ]
    headings = [f"{AMOUNTS.get(name, name)} {currency or 'CNY'}" for name, currency in used]
    samples = [[_sample(value) for value in sample.values()] for sample in found.samples]
    return {
        "found": found,
        "totals": totals,
        "amounts": headings,
        "sample_headings": list(found.samples[0]) if found.samples else [],
        "samples": samples,
        "left_out": [column for column, field in found.columns if not field],
    }


def _sample(value: Any) -> Any:
    """A first value as people read it: marks and kinds in words, nothing for what was not told."""
    if value is None:
        return ""
    if str(value).lower() in ("true", "false"):
        return figure_text(value, "yes_no")
    return reports.word(reports.KINDS, value) if isinstance(value, str) else value


def _sum(found: Preview, part: str, key: tuple[str, str]) -> int:
    return int(found.totals.get(part, {}).get("sums", {}).get(key[0], {}).get(key[1], 0))


AMOUNTS: dict[str, str | Promise] = {
    "amount": _("amount"),
    "net": _("net amount"),
    "tax": _("tax"),
    "total": _("total with tax"),
    "settled": _("settled"),
    "revenue": _("revenue a year"),
    "assets": _("total assets"),
    "opening": _("opening"),
}

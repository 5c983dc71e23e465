"""What a person may say of a letter: a closed list of terms, our units and people, a telephone number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.reports.errors import LetterIncomplete
from xinheng.reports.sources import our_names
from xinheng.reports.values import LetterWanted

SECURITIES: dict[str, str | Promise] = {
    "": gettext_lazy("none"),
    "guarantee": gettext_lazy("a guarantee by a third party"),
    "mortgage": gettext_lazy("a mortgage"),
    "pledge": gettext_lazy("a pledge"),
    "insurance": gettext_lazy("a credit insurance"),
    "deposit": gettext_lazy("a deposit"),
}
LONGEST_DAYS, MOST_LIMIT = 365, Decimal(10) ** 12
LONGEST_ADDRESS = 200
PHONE = re.compile(r"[0-9+()（）\- ]{3,40}")  # no letter fits in


def terms_of(wanted: LetterWanted) -> list[str]:
    """The terms in words, in the language of the letter."""
    told: list[str] = []
    if wanted.payment_days is not None:
        told.append(_("payment within %(days)s days of the bill") % {"days": wanted.payment_days})
    if wanted.prepaid_percent is not None:
        told.append(_("%(percent)s %% of each order paid in advance") % {"percent": wanted.prepaid_percent})
    if wanted.limit is not None:
        told.append(_("at most %(number)s yuan open at any time") % {"number": f"{wanted.limit:,.2f}"})
    if wanted.security:
        told.append(_("secured by %(security)s") % {"security": SECURITIES[wanted.security]})
    return told


def check(wanted: LetterWanted, *, on: date) -> None:
    """Refuse what is not on the list, naming the field. Refuses: LetterIncomplete."""
    for field, cause in _faults(wanted, on):
        raise LetterIncomplete(field=field, cause=cause)


def _faults(wanted: LetterWanted, on: date) -> Iterator[tuple[str, str]]:
    for word, text in (
        (_("our name"), wanted.company), (_("contact"), wanted.contact), (_("telephone"), wanted.phone),
    ):  # fmt: skip
        if not text.strip():
            yield word, _("must be given.")
    units, people = our_names(on=on)
    if wanted.company.strip() not in units:
        yield _("our name"), _("is the name of none of our units.")
    if wanted.contact.strip() not in units | people:
        yield _("contact"), _("is the name of none of our people or units.")
    if not PHONE.fullmatch(wanted.phone.strip()):
        yield _("telephone"), _("may hold digits, spaces, brackets, + and - only, 3 to 40 of them.")
    if len(wanted.address.strip()) > LONGEST_ADDRESS:
        yield _("address"), _("at most %(most)s characters.") % {"most": LONGEST_ADDRESS}
    yield from _faulty_terms(wanted)


def _faulty_terms(wanted: LetterWanted) -> Iterator[tuple[str, str]]:
    if wanted.payment_days is not None and not 0 < wanted.payment_days <= LONGEST_DAYS:
        yield _("days to pay"), _("must be 1 to %(most)s.") % {"most": LONGEST_DAYS}
    if wanted.prepaid_percent is not None and not 0 < wanted.prepaid_percent <= 100:
        yield _("paid in advance"), _("must be 1 to %(most)s.") % {"most": 100}
    if wanted.limit is not None and not 0 < wanted.limit <= MOST_LIMIT:
        yield _("credit limit"), _("must be above zero, in yuan.")
    elif wanted.limit is not None and wanted.limit != round(wanted.limit, 2):
        yield _("credit limit"), _("has more than two decimals.")
    if wanted.security not in SECURITIES:
        yield _("security"), _("is none of those there are.")
    if wanted.decision == "conditional" and not terms_of(wanted):
        yield _("terms"), _("a decision with conditions must say which.")

"""Words for kinds of claims and what payments are for."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLAIM_KINDS: dict[str, str | Promise] = {
    "goods": _("goods"),
    "service": _("service"),
    "freight": _("freight paid for the buyer"),
    "interest": _("interest"),
    "fee": _("fee"),
    "cost": _("cost of collection"),
    "deposit": _("deposit asked for"),
    "opening": _("opening item"),
    "instrument": _("bill of exchange"),
}
PAYMENT_PURPOSES: dict[str, str | Promise] = {
    "": _("not said"),
    "advance": _("payment in advance"),
    "deposit": _("deposit"),
}

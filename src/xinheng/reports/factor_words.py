"""How series and entries of outside factors stand, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SERIES_STATES: dict[str, str | Promise] = {
    "current": _("current"),
    "old": _("out of date"),
    "empty": _("nothing told"),
}
ENTRY_STATES: dict[str, str | Promise] = {
    "counts": _("counts"),
    "to_come": _("to come"),
    "expired": _("expired, not used"),
    "replaced": _("corrected"),
}

"""What measuring refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NotMeasured(Refusal):
    """No measurement exists on or before the day asked for."""

    code = "not_measured"
    status = 404
    text = _("Nothing has been measured on or before %(as_of)s.")


class DayAhead(Refusal):
    """Facts of a day that has not come cannot be measured."""

    code = "day_ahead"
    status = 400
    text = _("%(as_of)s lies ahead of the business day %(on)s.")


class IndicatorUnknown(Refusal):
    """The catalogue has no indicator of that code."""

    code = "indicator_unknown"
    status = 404
    text = _("There is no indicator %(code)s.")

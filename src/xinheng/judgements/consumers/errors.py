"""What the room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ConsumerRulesInvalid(Refusal):
    """A document of the room cannot be used."""

    code = "consumer_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class RiskRunUnknown(Refusal):
    """There is no such run of consumer risk."""

    code = "risk_run_unknown"
    status = 404
    text = _("There is no run %(run)s of consumer risk.")


class RiskRunAltered(Refusal):
    """A kept result is not what was written."""

    code = "risk_run_altered"
    status = 409
    text = _("The kept results of run %(run)s were altered or are missing: %(file)s.")


class RiskMonthOpen(Refusal):
    """The month of a run is not over."""

    code = "risk_month_open"
    status = 409
    text = _("The bills of %(month)s can be judged from %(day)s on.")


class FigureNegative(Refusal):
    """A number or an amount is below zero."""

    code = "figure_negative"
    status = 422
    text = _("%(item)s is %(value)s; numbers and amounts are not below zero.")


class FiguresUnreadable(Refusal):
    """A file of case figures has a line that cannot be read."""

    code = "figures_unreadable"
    status = 422
    text = _("%(file)s, row %(row)s: %(item)s %(value)s %(cause)s")


class FiguresDoNotAddUp(Refusal):
    """A total is not the sum of its parts."""

    code = "figures_do_not_add_up"
    status = 422
    text = _("%(item)s is %(total)s, but its parts come to %(sum)s: %(parts)s.")


class CaseUnknown(Refusal):
    """No figures of this case were loaded."""

    code = "case_unknown"
    status = 404
    text = _("No figures of a case were loaded under %(case)s.")


class PointsInvalid(Refusal):
    """Points cannot be kept so."""

    code = "points_invalid"
    status = 422
    text = _("These points cannot be kept: %(cause)s")


class PointEntryUnknown(Refusal):
    """There is no such demerit."""

    code = "point_entry_unknown"
    status = 404
    text = _("There is no demerit %(entry)s of this consumer.")


class BalancesInvalid(Refusal):
    """Some rows of balances are wrong; none is kept."""

    code = "balances_invalid"
    status = 422
    text = _(
        "%(number)s rows have no known consumer, no amount, or a day to come: rows %(rows)s. "
        "Nothing was kept."
    )


class PaymentUnderWayInvalid(Refusal):
    """A payment under way cannot be kept so."""

    code = "payment_under_way_invalid"
    status = 422
    text = _("This payment under way cannot be kept: %(cause)s")

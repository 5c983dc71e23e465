"""What statements and trade invoices refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class LineUnknown(Refusal):
    """A statement names a line that lines.yaml does not list."""

    code = "line_unknown"
    text = _("There is no statement line of this name: %(lines)s.")


class OpinionUnknown(Refusal):
    """An audit opinion is none of the five."""

    code = "opinion_unknown"
    text = _("Not an audit opinion: %(opinions)s.")


class StatementEmpty(Refusal):
    """A statement without a figure."""

    code = "statement_empty"
    text = _("A statement needs at least one figure.")


class PeriodInvalid(Refusal):
    """A statement's period ends in the future or has no sensible length."""

    code = "period_invalid"
    text = _("A statement covers 1 to 24 months and does not end in the future: %(period_end)s, %(months)s.")


class ToldTwice(Refusal):
    """One statement tells the same line twice."""

    code = "told_twice"
    text = _("The line %(line)s is told twice in one statement.")

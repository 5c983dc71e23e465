"""What advances refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NoAdvancePolicy(Refusal):
    """No policy on advances holds on the day."""

    code = "no_advance_policy"
    status = 409
    text = _("No policy on advances is in force on %(on)s: adopt one first.")


class AdvanceUnknown(Refusal):
    """There is no such advance, or its customer is out of reach."""

    code = "advance_unknown"
    status = 404
    text = _("There is no advance %(advance)s.")


class AdvanceInvalid(Refusal):
    """A value of a request, a payout or a task that cannot be."""

    code = "advance_invalid"
    status = 422
    text = _("%(cause)s")


class AdvanceStands(Refusal):
    """What is asked for does not fit where the advance stands."""

    code = "advance_stands"
    status = 409
    text = _("Advance %(advance)s cannot take this now: %(state)s.")


class NoGrade(Refusal):
    """A customer without an approved grade is advanced nothing (ADV-08)."""

    code = "no_grade"
    status = 409
    text = _(
        "Customer %(customer_no)s has no approved grade that the policy knows, so nothing may be advanced."
    )


class AdvancePapersMissing(Refusal):
    """Papers that must be there before a request is submitted."""

    code = "advance_papers_missing"
    status = 409
    text = _("The request cannot be submitted without: %(papers)s.")


class SealMissing(Refusal):
    """The paper is only taken with the official seal on it."""

    code = "seal_missing"
    status = 422
    text = _("%(paper)s counts only with the official seal: confirm that you saw it.")


class AgreementDiffers(Refusal):
    """The agreement states another limit or period than is asked for (ADV-17)."""

    code = "agreement_differs"
    status = 409
    text = _("The agreement states %(agreed)s, asked for are %(asked)s: both must be the same.")


class LegacyOnlyFalls(Refusal):
    """Debts from before of a customer without a limit only fall (ADV-25)."""

    code = "legacy_only_falls"
    status = 409
    text = _(
        "Customer %(customer_no)s owes %(legacy)s from before and has no limit: its debts may only fall."
    )


class ExceptionUnexplained(Refusal):
    """An exception needs a reason (RR-05)."""

    code = "exception_unexplained"
    status = 422
    text = _("This is an exception (%(findings)s): say why.")


class AdvanceChanged(Refusal):
    """Since the request was submitted it has become an exception in another way."""

    code = "advance_changed"
    status = 409
    text = _("Since it was submitted it has become an exception: %(findings)s. Return it for a new request.")


class AdvanceStopped(Refusal):
    """Nothing goes beyond limit or period until the general manager has approved it (ADV-23)."""

    code = "advance_stopped"
    status = 409
    text = _("Stopped until the general manager approves: %(cause)s.")


class RepaidTooMuch(Refusal):
    """More is repaid than was paid out."""

    code = "repaid_too_much"
    status = 422
    text = _("Only %(open)s is open; %(amount)s is more.")


class LegacyMayNotRise(Refusal):
    """A debt from before was told higher than it stood."""

    code = "legacy_may_not_rise"
    status = 409
    text = _("The debt stands at %(balance)s and may only fall; %(told)s is not below it.")


class LegacyUnknown(Refusal):
    """There is no such debt from before, or its customer is out of reach."""

    code = "legacy_unknown"
    status = 404
    text = _("There is no debt from before with the number %(legacy)s.")


class TaskUnknown(Refusal):
    """There is no such collection, or its customer is out of reach."""

    code = "collection_unknown"
    status = 404
    text = _("There is no collection %(collection)s.")


class CheckedAlready(Refusal):
    """The customer was checked in the quarter."""

    code = "checked_already"
    status = 409
    text = _("Customer %(customer_no)s was checked for the quarter from %(quarter)s already.")

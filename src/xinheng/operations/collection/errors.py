"""What collection refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NoCollectionPolicy(Refusal):
    """No policy on collection holds on the day, and none is shipped."""

    code = "no_collection_policy"
    status = 409
    text = _("No policy on collection is in force on %(on)s: adopt one first.")


class CaseUnknown(Refusal):
    """There is no such case, or its customer is out of reach."""

    code = "case_unknown"
    status = 404
    text = _("There is no collection case %(case)s.")


class CaseClosed(Refusal):
    """Nothing is done any more on a case that is closed."""

    code = "case_closed"
    status = 409
    text = _("Case %(case)s is closed since %(closed_on)s.")


class CollectionInvalid(Refusal):
    """A value of a contact, a promise, a plan or a step that cannot be."""

    code = "collection_invalid"
    status = 422
    text = _("%(cause)s")


class CollectorUnknown(Refusal):
    """There is no such person, or it does not collect."""

    code = "collector_unknown"
    status = 404
    text = _("%(login)s is nobody who collects: enter the person with a skill first.")


class PromiseStands(Refusal):
    """A promise is open on the case."""

    code = "promise_stands"
    status = 409
    text = _("A promise for %(due_on)s is open on this case: it is judged or withdrawn first.")


class PromiseUnknown(Refusal):
    """There is no such promise, or its customer is out of reach."""

    code = "promise_unknown"
    status = 404
    text = _("There is no open promise %(promise)s.")


class PlanStands(Refusal):
    """A plan runs on the case."""

    code = "payment_plan_stands"
    status = 409
    text = _("A payment plan runs on this case since %(agreed_on)s: withdraw it first.")


class PlanDiffers(Refusal):
    """The parts of a plan do not add up to what it is for."""

    code = "payment_plan_differs"
    status = 422
    text = _("The parts come to %(parts)s and the plan is for %(total)s: the difference is %(difference)s.")


class PlanUnknown(Refusal):
    """There is no such plan, or its customer is out of reach."""

    code = "payment_plan_unknown"
    status = 404
    text = _("There is no running payment plan %(plan)s.")


class StepOutOfOrder(Refusal):
    """A step of the law that needs another one before it."""

    code = "step_out_of_order"
    status = 409
    text = _("%(step)s is not possible yet: first comes %(before)s.")


class EvidenceMissing(Refusal):
    """A clock is never moved without a paper that proves why."""

    code = "evidence_missing"
    status = 422
    text = _("%(what)s counts only with the file that proves it.")


class EvidenceWeak(Refusal):
    """What was told proves nothing by itself."""

    code = "evidence_weak"
    status = 422
    text = _("%(what)s is weak and does not make the time run anew: get it in writing.")


class DebtUnknown(Refusal):
    """There is no such bill of the customer."""

    code = "debt_unknown"
    status = 404
    text = _("Customer %(customer_no)s has no open bill %(bill_no)s.")


class ClockEventUnknown(Refusal):
    """There is no such interruption, or its customer is out of reach."""

    code = "clock_event_unknown"
    status = 404
    text = _("There is no interruption %(event)s.")


class DeadlineUnknown(Refusal):
    """There is no such deadline that is open, or its customer is out of reach."""

    code = "deadline_unknown"
    status = 404
    text = _("There is no open deadline %(deadline)s.")


class NoCreditWithArrears(Refusal):
    """A customer without a limit that owes from before gets nothing on credit (ADV-25)."""

    code = "no_credit_with_arrears"
    status = 409
    text = _(
        "Customer %(customer_no)s owes %(overdue)s from before and has no limit: its debts may only fall, so "
        "nothing is sold to it on credit."
    )

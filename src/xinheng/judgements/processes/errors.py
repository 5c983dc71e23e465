"""What processes refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class CaseUnknown(Refusal):
    """There is no such case, or its customer is out of reach."""

    code = "case_unknown"
    status = 404
    text = _("There is no case %(case)s.")


class CaseEnded(Refusal):
    """The case is done or cancelled."""

    code = "case_ended"
    status = 409
    text = _("Case %(case)s has ended: %(state)s.")


class CaseRunning(Refusal):
    """The customer is in the process already."""

    code = "case_running"
    status = 409
    text = _("Customer %(customer_no)s is in the process %(process)s already (case %(case)s).")


class NobodyToStart(Refusal):
    """No customer was named, or none of them can begin."""

    code = "nobody_to_start"
    status = 422
    text = _("No customer can begin: %(running)s are in the process already, %(closed)s files are closed.")


class TooManyToStart(Refusal):
    """More customers than one act may start."""

    code = "too_many_to_start"
    status = 422
    text = _("%(customers)s customers at once are too many; at most %(most)s begin together.")


class StepOutOfOrder(Refusal):
    """Steps close in their order, each once."""

    code = "step_out_of_order"
    status = 409
    text = _("Step %(step)s cannot be closed: the case stands at step %(here)s of %(steps)s.")


class FormsMissing(Refusal):
    """Mandatory forms of the step do not exist yet."""

    code = "forms_missing"
    status = 409
    text = _("Step %(step)s cannot be closed, these forms are missing: %(forms)s.")


class NotInLane(Refusal):
    """The step belongs to another lane."""

    code = "not_in_lane"
    status = 403
    text = _("Step %(step)s belongs to %(lane)s; that is: %(roles)s.")


class ReturnInvalid(Refusal):
    """A case goes back only to an earlier step."""

    code = "return_invalid"
    status = 422
    text = _("A case at step %(here)s goes back to an earlier step, not to step %(to_step)s.")


class CaseReasonMissing(Refusal):
    """Returning and cancelling need a reason."""

    code = "case_reason_missing"
    status = 422
    text = _("Say why, in the reason.")


class PaperNotAsked(Refusal):
    """The step the case stands at keeps no such paper."""

    code = "paper_not_asked"
    status = 422
    text = _("Step %(step)s asks for no paper %(form)s.")


class ProcessDiffers(Refusal):
    """A further version is of the same process."""

    code = "process_differs"
    status = 422
    text = _("The text is of the process %(code)s, not of %(process)s.")

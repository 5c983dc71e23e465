"""What applications for credit refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ApplicationUnknown(Refusal):
    """There is no such application, or its customer is out of reach."""

    code = "application_unknown"
    status = 404
    text = _("There is no application %(application)s.")


class RulesUnknown(Refusal):
    """No rules of applying of this code hold on the day."""

    code = "application_rules_unknown"
    status = 422
    text = _("No rules of applying for credit of the code %(rules)s hold on %(on)s.")


class ApplicationInvalid(Refusal):
    """Something of the form is missing or cannot be."""

    code = "application_invalid"
    status = 422
    text = _("%(cause)s")


class ApplicationNotOpen(Refusal):
    """The application is not at the state the act needs."""

    code = "application_not_open"
    status = 409
    text = _("Application %(application)s is %(state)s: this cannot be done to it now.")


class ApplicationRunning(Refusal):
    """The customer has an application under way in the segment."""

    code = "application_running"
    status = 409
    text = _("Customer %(customer_no)s has an application under way already.")


class CreditRefused(Refusal):
    """Conditions that refuse credit are met."""

    code = "credit_refused"
    status = 409
    text = _("Credit is refused to customer %(customer_no)s; conditions met: %(letters)s.")


class StepBetween(Refusal):
    """Limits are set as steps, and the amount lies between two of them."""

    code = "limit_between_steps"
    status = 422
    text = _("Limits are set in steps: %(amount)s is none. The steps beside it are %(below)s and %(above)s.")


class StepTaken(Refusal):
    """A grade whose limit rises step by step rises one step a review."""

    code = "step_taken"
    status = 409
    text = _("A limit of grade %(grade)s rises one step a review; %(steps)s are asked for since %(since)s.")


class AboveCeiling(Refusal):
    """The grade may not have so much, or so long."""

    code = "above_ceiling"
    status = 422
    text = _("Grade %(grade)s may have at most %(bound)s; %(value)s is asked for.")


class NoRowCovers(Refusal):
    """No row of the authority matrix covers what is asked for, so nobody may approve it."""

    code = "no_row_covers"
    status = 422
    text = _("No row of the authority matrix covers %(amount)s and %(days)s days for grade %(grade)s.")


class NotYourApplication(Refusal):
    """Only who applied changes, submits or takes back."""

    code = "not_your_application"
    status = 403
    text = _("Only %(login)s, who applied, may do this.")


class NotYoursToAlter(Refusal):
    """Amount and days are altered by who may sign the step, and upwards only within their own authority."""

    code = "not_yours_to_alter"
    status = 403
    text = _("You may alter this application downwards while the step is yours; %(amount)s is beyond you.")


class ApplicationReasonMissing(Refusal):
    """The act needs a reason."""

    code = "application_reason_missing"
    status = 422
    text = _("Say why, in up to 300 signs.")


class AgreementDiffers(Refusal):
    """The agreement states another limit or other days than were approved: the credit stays inactive."""

    code = "agreement_differs"
    status = 409
    text = _("The agreement states %(told)s, approved were %(approved)s: the credit is not active.")


class FindingUnknown(Refusal):
    """There is no such finding that holds."""

    code = "finding_unknown"
    status = 404
    text = _("There is no finding %(finding)s that holds.")


class ConditionUnknown(Refusal):
    """The rules have no such condition, or it was lost in the source and never fires."""

    code = "condition_unknown"
    status = 422
    text = _("The condition %(condition)s is not one that can be told.")


class BatchUnknown(Refusal):
    """There is no such batch, or customers of it are out of reach."""

    code = "limit_batch_unknown"
    status = 404
    text = _("There is no change of limits %(batch)s.")


class BatchFaulty(Refusal):
    """Rows of a batch are wrong, so none of it is asked for."""

    code = "limit_batch_faulty"
    status = 422
    text = _("%(count)s rows are wrong, so nothing is asked for. Row %(row)s, %(field)s: %(cause)s")


class BatchEmpty(Refusal):
    """No limit would change."""

    code = "limit_batch_empty"
    status = 422
    text = _("No limit would change.")


class BatchStale(Refusal):
    """A limit of the batch changed since it was asked for, so none of it is applied."""

    code = "limit_batch_stale"
    status = 409
    text = _(
        "The limit of customer %(customer_no)s changed since this was asked for: reject it and ask anew."
    )

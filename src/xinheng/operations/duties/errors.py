"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class DutyDocumentUnknown(Refusal):
    """No document of the kind has the code."""

    code = "duty_document_unknown"
    status = 404
    text = _("There is no document %(code)s of this kind.")


class DutyInvalid(Refusal):
    """Something that was entered does not fit."""

    code = "duty_invalid"
    status = 422
    text = _("%(cause)s (%(field)s)")


class DutyUnitUnknown(Refusal):
    """There is no such unit, or it is out of reach."""

    code = "duty_unit_unknown"
    status = 404
    text = _("There is no unit %(unit)s within your reach.")


class TaskUnknown(Refusal):
    """There is no such task, or it is out of reach."""

    code = "task_unknown"
    status = 404
    text = _("There is no task %(task)s.")


class TaskClosed(Refusal):
    """The task is done or withdrawn."""

    code = "task_closed"
    status = 409
    text = _("Task %(task)s is closed already.")


class ReportNotOwed(Refusal):
    """The unit does not owe this report for this period."""

    code = "report_not_owed"
    status = 409
    text = _("%(unit)s does not owe the report %(report)s for the period from %(first)s.")


class ReportIncomplete(Refusal):
    """A text is empty or a file is not there."""

    code = "report_incomplete"
    status = 422
    text = _("The report cannot be handed in without: %(missing)s.")


class NilNotTaken(Refusal):
    """This report is owed even where there is nothing to tell."""

    code = "nil_return_not_taken"
    status = 422
    text = _("A nil return will not do for the report %(report)s.")


class ReportStands(Refusal):
    """The report of the period was handed in already."""

    code = "report_stands"
    status = 409
    text = _("The report of this period was handed in on %(on)s; only one that was returned comes again.")


class UnitsMissing(Refusal):
    """A summary waits for units whose reports are not in."""

    code = "units_missing"
    status = 409
    text = _("The summary cannot be closed: these reports are missing and not marked: %(missing)s.")


class SubmissionUnknown(Refusal):
    """There is no such report handed in, or it is out of reach."""

    code = "submission_unknown"
    status = 404
    text = _("There is no handed-in report %(submission)s.")


class SubmissionJudged(Refusal):
    """The report was verified or returned already."""

    code = "submission_judged"
    status = 409
    text = _("This report was verified or returned already.")


class OwnReport(Refusal):
    """Nobody verifies the report they handed in."""

    code = "own_report"
    status = 403
    text = _("You handed this report in yourself; somebody else verifies it.")


class IncidentUnknown(Refusal):
    """There is no such breach, or it is out of reach."""

    code = "incident_unknown"
    status = 404
    text = _("There is no breach %(incident)s.")


class IncidentMoved(Refusal):
    """The breach is past what is asked for."""

    code = "incident_moved"
    status = 409
    text = _("Breach %(incident)s is %(state)s: this cannot be done with it any more.")


class NotTheDecider(Refusal):
    """The scheme names another role for this."""

    code = "fine_not_yours_to_decide"
    status = 403
    text = _("The scheme lets only these roles decide: %(roles)s.")


class OwnFine(Refusal):
    """Nobody decides on a fine of their own."""

    code = "own_fine"
    status = 403
    text = _("This fine is on yourself; somebody else decides on it.")


class OwnDecision(Refusal):
    """Who confirmed a fine does not decide on the appeal against it."""

    code = "own_decision"
    status = 403
    text = _("You confirmed this fine; somebody else decides on the appeal.")


class FineOutsideRange(Refusal):
    """The amount lies outside the range of the severity."""

    code = "fine_outside_range"
    status = 422
    text = _("The fine of %(amount)s lies outside %(least)s to %(most)s.")


class CutOutsideRange(Refusal):
    """The share lies outside what the scheme lets cut."""

    code = "cut_outside_range"
    status = 422
    text = _("The cut of %(share)s %% lies outside %(least)s %% to %(most)s %%.")


class CutNotDue(Refusal):
    """The scheme lets no pay be cut for this penalty."""

    code = "cut_not_due"
    status = 409
    text = _("Pay may be cut only from penalty %(from_nth)s of a month on; this is penalty %(nth)s.")


class AppealTooLate(Refusal):
    """The days for an appeal are over."""

    code = "appeal_too_late"
    status = 409
    text = _("The fine could be contested until %(until)s.")


class NotRepeated(Refusal):
    """The lateness is not yet a repeated one."""

    code = "lateness_not_repeated"
    status = 409
    text = _("%(person)s was late %(times)s times in %(months)s months; %(from_times)s are needed.")


class FeedUnknown(Refusal):
    """There is no such subscription."""

    code = "feed_unknown"
    status = 404
    text = _("There is no such calendar.")

"""What custody refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class CustodyRulesInvalid(Refusal):
    """The document of custody is wrong."""

    code = "custody_rules_invalid"
    text = _("%(file)s, line %(line)s: %(cause)s")


class CustodyInvalid(Refusal):
    """Something told is missing, too long or impossible."""

    code = "custody_invalid"
    text = _("%(cause)s")


class SchemeUnknown(Refusal):
    """There is no such scheme of hand-overs."""

    code = "handover_scheme_unknown"
    status = 404
    text = _("There is no hand-over scheme %(scheme)s.")


class HandoverUnknown(Refusal):
    """There is no such hand-over, or it is out of reach."""

    code = "handover_unknown"
    status = 404
    text = _("There is no hand-over %(handover)s.")


class HandoverClosed(Refusal):
    """The hand-over is done or was cancelled."""

    code = "handover_closed"
    status = 409
    text = _("The hand-over %(handover)s is closed.")


class StepSkipped(Refusal):
    """A step comes before its turn."""

    code = "handover_step_skipped"
    status = 409
    text = _("“%(step)s” comes after “%(first)s”, which is not done.")


class SignatureMissing(Refusal):
    """One of the two signatures is missing."""

    code = "handover_signature_missing"
    status = 409
    text = _("The hand-over %(handover)s is not accepted: the signature of the %(side)s is missing.")


class SignatureRefused(Refusal):
    """The password is wrong, the drawing empty, or somebody signs for both sides."""

    code = "handover_signature_refused"
    status = 403
    text = _("The signature is refused: %(cause)s")


class ListChanged(Refusal):
    """The list is signed and stands."""

    code = "handover_list_signed"
    status = 409
    text = _("The list of hand-over %(handover)s is signed; return it for correction to change it.")


class PlaceUnknown(Refusal):
    """There is no such place."""

    code = "place_unknown"
    status = 404
    text = _("There is no place %(place)s.")


class PlaceFull(Refusal):
    """Nothing more fits there."""

    code = "place_full"
    status = 409
    text = _("The place %(place)s is full: it takes %(capacity)s.")


class CodeUnknown(Refusal):
    """No paper, dossier or place has the bar code."""

    code = "custody_code_unknown"
    status = 404
    text = _("Nothing has the bar code %(code)s.")


class SlipUnknown(Refusal):
    """There is no such slip, or it is out of reach."""

    code = "slip_unknown"
    status = 404
    text = _("There is no slip %(slip)s.")


class LoanUnknown(Refusal):
    """There is no such loan, or it is out of reach."""

    code = "loan_unknown"
    status = 404
    text = _("There is no loan %(loan)s.")


class LendingForbidden(Refusal):
    """The grade of secrecy forbids it, to everybody."""

    code = "lending_forbidden"
    status = 403
    text = _("Papers graded “%(grade)s” may not be %(way)s: %(cause)s")


class SlipNotApproved(Refusal):
    """The slip waits for approval, was rejected, or was used."""

    code = "slip_not_approved"
    status = 409
    text = _("The slip %(slip)s cannot be used: it is %(state)s.")


class OriginalOut(Refusal):
    """Somebody has the original."""

    code = "original_is_out"
    status = 409
    text = _("The original %(paper)s is out, with %(holder)s, until %(due)s.")


class NotOnLoan(Refusal):
    """The paper is back already."""

    code = "loan_returned"
    status = 409
    text = _("Loan %(loan)s was returned already.")


class NoRenewal(Refusal):
    """No renewal is left, or the loan is overdue."""

    code = "loan_not_renewed"
    status = 409
    text = _("Loan %(loan)s cannot be renewed: %(cause)s")


class ProxyMissing(Refusal):
    """No proxy covers the approval."""

    code = "proxy_missing"
    status = 403
    text = _("The proxy does not cover this approval: %(cause)s")


class GrantMissing(Refusal):
    """Nobody may consult the file without a grant in force."""

    code = "grant_missing"
    status = 403
    text = _("To consult %(dossier)s a grant in force is needed; yours is missing or has ended.")


class StockTakeUnknown(Refusal):
    """There is no such stock-take."""

    code = "stock_take_unknown"
    status = 404
    text = _("There is no stock-take %(stock_take)s.")


class StockTakeClosed(Refusal):
    """The stock-take was closed, or another one is open there."""

    code = "stock_take_closed"
    status = 409
    text = _("The stock-take %(stock_take)s: %(cause)s")


class IncidentUnknown(Refusal):
    """There is no such incident."""

    code = "incident_unknown"
    status = 404
    text = _("There is no incident %(incident)s.")


class ReportedUnknown(Refusal):
    """There is no such report in the holding area."""

    code = "reported_unknown"
    status = 404
    text = _("There is no report %(reported)s in the holding area.")


class NotVerified(Refusal):
    """What was reported was not verified."""

    code = "reported_not_verified"
    status = 409
    text = _("The report %(reported)s is %(state)s; a file is built of verified ones only.")


class LeavingBlocked(Refusal):
    """Something is still open with who leaves."""

    code = "leaving_blocked"
    status = 409
    text = _("%(login)s cannot leave yet: %(open)s still open.")

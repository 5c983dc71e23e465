"""What cash application refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NoMatchingRules(Refusal):
    """No rules of cash application hold on the day."""

    code = "no_matching_rules"
    status = 409
    text = _("No rules of cash application are in force on %(on)s: adopt some first.")


class MatchingRunUnknown(Refusal):
    """There is no such run of cash application."""

    code = "matching_run_unknown"
    status = 404
    text = _("There is no run of cash application with the number %(run)s.")


class ProposalUnknown(Refusal):
    """There is no such proposal, or its customer is out of reach."""

    code = "proposal_unknown"
    status = 404
    text = _("There is no proposal of application %(proposal)s.")


class ProposalDecided(Refusal):
    """The proposal is decided already, or another took its place."""

    code = "proposal_decided"
    status = 409
    text = _("Proposal %(proposal)s is %(state)s already.")


class ProposalOutdated(Refusal):
    """The ledger moved since the proposal was made."""

    code = "proposal_outdated"
    status = 409
    text = _(
        "Proposal %(proposal)s does not fit the ledger (%(cause)s, bill %(bill_no)s): change it or run anew."
    )


class NothingChosen(Refusal):
    """A change names no bill."""

    code = "nothing_chosen"
    status = 422
    text = _("Say which bills receipt %(receipt_no)s pays, and how much of each.")


class ReasonMissing(Refusal):
    """Taking back and rejecting need a reason."""

    code = "matching_reason_missing"
    status = 422
    text = _("Say why.")


class BankLineUnknown(Refusal):
    """There is no such line of a bank statement."""

    code = "bank_line_unknown"
    status = 404
    text = _("There is no bank line %(line)s.")


class BankLineDone(Refusal):
    """The line was assigned or set aside already."""

    code = "bank_line_done"
    status = 409
    text = _("Bank line %(line)s is %(state)s already.")


class BankFileUnreadable(Refusal):
    """The file is not a bank statement that a dialect describes."""

    code = "bank_file_unreadable"
    status = 422
    text = _("%(file)s cannot be read as a bank statement: %(cause)s")


class BankFileTaken(Refusal):
    """Another file told the same lines at the same time."""

    code = "bank_file_taken"
    status = 409
    text = _("Lines of %(file)s were taken in a moment ago by another file: hand it in again.")


class BankRowsRefused(Refusal):
    """Rows of a bank statement are wrong; nothing of the file was taken."""

    code = "bank_rows_refused"
    status = 422
    text = _("%(file)s: %(number)s rows are wrong, nothing was taken. Row %(row)s, %(field)s: %(cause)s")


class ReceiptGone(Refusal):
    """The customer has no receipt of the number with anything left."""

    code = "receipt_gone"
    status = 409
    text = _("Nothing is left of a receipt %(receipt_no)s of this customer.")


class RunUndone(Refusal):
    """The run was taken back already."""

    code = "run_undone"
    status = 409
    text = _("Run %(run)s was taken back already.")


class ChosenAmountRefused(Refusal):
    """What is to be paid of a bill cannot be."""

    code = "chosen_amount_refused"
    status = 422
    text = _("%(amount)s cannot be paid of bill %(bill_no)s: above zero, to the cent, in %(currency)s.")

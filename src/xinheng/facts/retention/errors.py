"""What retention refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class RetentionInvalid(Refusal):
    """A schedule of terms cannot be used."""

    code = "retention_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class GoneListAltered(Refusal):
    """The list of what is gone is not what was written."""

    code = "gone_list_altered"
    status = 409
    text = _("The list of what is gone was altered: %(file)s, line %(line)s. Put back the file as it was.")


class TermUnknown(Refusal):
    """The schedule has no such term."""

    code = "term_unknown"
    status = 422
    text = _("There is no retention term “%(term)s”. There are: %(terms)s.")


class KeptPaperUnknown(Refusal):
    """There is no such paper for the reader."""

    code = "kept_paper_unknown"
    status = 404
    text = _("There is no paper %(label)s.")


class NotDueYet(Refusal):
    """Nothing is destroyed before its term is over (LAR-17)."""

    code = "not_due_yet"
    status = 409
    text = _("%(label)s is kept until %(ends_on)s inclusive; before that it is not destroyed.")


class KeptForEver(Refusal):
    """What is kept permanently is never destroyed."""

    code = "kept_for_ever"
    status = 409
    text = _("%(label)s is kept permanently and is never destroyed.")


class TermNotBegun(Refusal):
    """The term begins with something that has not happened yet, or the paper was never filed."""

    code = "term_not_begun"
    status = 409
    text = _("The term of %(label)s has not begun: it counts from the day it ends on, %(basis)s.")


class HeldBack(Refusal):
    """A hold keeps the paper, whatever else was decided."""

    code = "held_back"
    status = 409
    text = _("%(label)s is held: %(causes)s. Nothing that is held is destroyed.")


class OnLoan(Refusal):
    """What is out on loan is not destroyed."""

    code = "paper_on_loan"
    status = 409
    text = _("%(label)s is out on loan: take it back first.")


class HoldUnknown(Refusal):
    """There is no such hold, or it was released."""

    code = "hold_unknown"
    status = 404
    text = _("There is no hold %(hold)s that still holds.")


class HoldInvalid(Refusal):
    """The hold cannot be as told."""

    code = "hold_invalid"
    status = 422
    text = _("The hold cannot be kept: %(cause)s")


class ReasonMissing(Refusal):
    """What is decided here needs a reason."""

    code = "reason_missing"
    status = 422
    text = _("Give the reason.")


class AppraisalUnknown(Refusal):
    """There is no such appraisal."""

    code = "appraisal_unknown"
    status = 404
    text = _("There is no appraisal %(no)s.")


class AppraisalInvalid(Refusal):
    """The appraisal cannot be as told."""

    code = "appraisal_invalid"
    status = 409
    text = _("The appraisal cannot go on: %(cause)s")


class ListUnknown(Refusal):
    """There is no such list of destruction."""

    code = "destruction_unknown"
    status = 404
    text = _("There is no destruction list %(no)s.")


class ListState(Refusal):
    """The list is not where this act is done."""

    code = "destruction_state"
    status = 409
    text = _("Destruction list %(no)s cannot do this now: %(state)s.")


class ListEmpty(Refusal):
    """A list without papers is not submitted."""

    code = "destruction_empty"
    status = 409
    text = _("Destruction list %(no)s has no paper left.")


class SupervisorsInvalid(Refusal):
    """Two people watch the destruction, neither of whom keeps the archive (LAR-20)."""

    code = "supervisors_invalid"
    status = 422
    text = _("These people cannot supervise: %(cause)s")


class MayNotName(Refusal):
    """Supervisors are named by those the schedule names (LAR-20)."""

    code = "may_not_name_supervisors"
    status = 403
    text = _("The supervisors of destruction list %(no)s are named by one of: %(roles)s.")


class NotSupervisor(Refusal):
    """Only a named supervisor signs."""

    code = "not_supervisor"
    status = 403
    text = _("You are not named to supervise destruction list %(no)s.")


class TallyOpen(Refusal):
    """Before destruction the papers are compared with the list, one by one."""

    code = "tally_open"
    status = 409
    text = _("Destruction list %(no)s is not compared yet: %(missing)s papers were not scanned.")


class NotOnList(Refusal):
    """What was scanned does not stand on the list."""

    code = "not_on_list"
    status = 409
    text = _("%(label)s does not stand on destruction list %(no)s: put it back.")


class SignaturesMissing(Refusal):
    """Both supervisors sign before the record is closed."""

    code = "signatures_missing"
    status = 409
    text = _("Destruction list %(no)s is not signed yet by: %(missing)s.")


class RegisterKept(Refusal):
    """The register of destruction is kept for ever (LAR-19)."""

    code = "register_kept"
    status = 409
    text = _("The register of destruction is kept for ever: nothing of it is destroyed or altered.")

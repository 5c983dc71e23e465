"""What secrecy refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class SecrecyInvalid(Refusal):
    """The document of grades cannot be used."""

    code = "secrecy_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class GradeUnknown(Refusal):
    """There is no such grade of secrecy on the day."""

    code = "secrecy_grade_unknown"
    status = 422
    text = _("There is no grade of secrecy “%(grade)s”. There are: %(grades)s.")


class RegradingInvalid(Refusal):
    """A grade cannot be changed as told."""

    code = "regrading_invalid"
    status = 422
    text = _("The grade cannot be changed: %(cause)s")


class RegradingPending(Refusal):
    """Another change of the same grade waits for approval."""

    code = "regrading_pending"
    status = 409
    text = _("A change of the grade of %(subject)s waits for approval already.")


class RegradingReasonMissing(Refusal):
    """Grades and lists of names are not changed without a reason."""

    code = "reason_missing"
    status = 422
    text = _("Give the reason.")


class NamingInvalid(Refusal):
    """A person cannot be put on the list as told."""

    code = "naming_invalid"
    status = 422
    text = _("The list cannot be changed: %(cause)s")


class NamingUnknown(Refusal):
    """There is no such line that still holds."""

    code = "naming_unknown"
    status = 404
    text = _("There is no line %(naming)s on the list of who needs to know.")


class StateSecretRefused(Refusal):
    """What bears the mark of a state secret does not belong in this system (standards 4.5)."""

    code = "state_secret_refused"
    status = 422
    text = _(
        "“%(name)s” bears the mark of a state secret (%(mark)s). Such papers are kept only in a system "
        "approved for state secrets: keep none of it here and tell the office in charge of secrecy."
    )

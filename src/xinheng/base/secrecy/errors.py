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


class StateSecretRefused(Refusal):
    """What bears the mark of a state secret does not belong in this system (standards 4.5)."""

    code = "state_secret_refused"
    status = 422
    text = _(
        "“%(name)s” bears the mark of a state secret (%(mark)s). Such papers are kept only in a system "
        "approved for state secrets: keep none of it here and tell the office in charge of secrecy."
    )

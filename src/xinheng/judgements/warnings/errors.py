"""What warnings refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class WarningUnknown(Refusal):
    """There is no such warning, or its customer is out of reach."""

    code = "warning_unknown"
    status = 404
    text = _("There is no warning %(warning)s.")


class WarningClosed(Refusal):
    """The warning was closed already."""

    code = "warning_closed"
    status = 409
    text = _("Warning %(warning)s was closed on %(closed_on)s.")


class WarningInvalid(Refusal):
    """A value of a warning that cannot be."""

    code = "warning_invalid"
    status = 422
    text = _("%(cause)s")

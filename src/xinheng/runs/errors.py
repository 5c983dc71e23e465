"""What the queue refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class JobUnknown(Refusal):
    """No queued work has the number, or it is somebody else's."""

    code = "job_unknown"
    status = 404
    text = _("There is no queued work %(job)s.")


class AlreadyServed(Refusal):
    """A server, or the first load, is at work on the folder."""

    code = "already_served"
    status = 409
    text = _(
        "Xinheng is already at work on the folder %(folder)s (process %(process)s, address %(address)s)."
        " Use that one, or stop it first."
    )

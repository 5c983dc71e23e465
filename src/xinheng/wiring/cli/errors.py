"""What the command line itself refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NotRatedYet(Refusal):
    """No rating run was done up to the day."""

    code = "not_rated_yet"
    status = 409
    text = _("Nothing is rated as of %(as_of)s yet: rate first.")


class FileUnreadable(Refusal):
    """A file holds no text."""

    code = "file_unreadable"
    text = _("%(file)s is no text in UTF-8.")

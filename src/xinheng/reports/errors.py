"""What reports refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TooManyRows(Refusal):
    """More rows than one Excel sheet holds."""

    code = "too_many_rows"
    status = 422
    text = _("%(rows)s rows are more than an Excel sheet holds (%(most)s). Filter the list first.")

"""What reports refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TooManyRows(Refusal):
    """More rows than one Excel sheet holds."""

    code = "too_many_rows"
    status = 422
    text = _("%(rows)s rows are more than an Excel sheet holds (%(most)s). Filter the list first.")


class PrintFontMissing(Refusal):
    """No Chinese font can be found, so nothing can be printed as PDF."""

    code = "print_font_missing"
    status = 409
    text = _(
        "No Chinese font is there to print with: install the package %(package)s, "
        "or name a folder of fonts in XINHENG_PRINT_FONTS."
    )


class GradeNotDisclosed(Refusal):
    """An internal rating is told to nobody outside (LOA-03)."""

    code = "grade_not_disclosed"
    status = 403
    text = _("The grade of %(customer_no)s is internal: it is told to nobody outside. Found in: %(where)s.")


class LetterIncomplete(Refusal):
    """A field of a letter is missing or cannot be used."""

    code = "letter_incomplete"
    status = 422
    text = _("%(field)s: %(cause)s")


class NothingToSend(Refusal):
    """The customer was not graded, so there is no decision to write about."""

    code = "nothing_to_send"
    status = 409
    text = _("Run %(run_id)s decided nothing about %(customer_no)s that a letter could tell.")


class DepthUnknown(Refusal):
    """A report of a file has no such depth."""

    code = "depth_unknown"
    status = 422
    text = _("%(depth)s is no depth of a report: it is one of %(known)s.")


class SealedUnknown(Refusal):
    """No sealed report within reach is this one."""

    code = "sealed_report_unknown"
    status = 404
    text = _("No sealed report within your reach is this one: %(number)s.")


class NoTemplate(Refusal):
    """No template is there for a kind of contract."""

    code = "contract_template_missing"
    status = 409
    text = _("There is no template for contracts of kind %(kind)s.")


class NoRowsBehind(Refusal):
    """No rows of facts are kept behind this figure."""

    code = "no_rows_behind"
    status = 404
    text = _("No rows can be shown behind %(code)s.")


class NothingNeeded(Refusal):
    """The order is not held, so nothing is asked of the customer."""

    code = "nothing_needed"
    status = 409
    text = _("Order %(order_no)s is not held: there is nothing to write about.")

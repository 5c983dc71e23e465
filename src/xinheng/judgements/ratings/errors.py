"""What ratings refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NotMeasured(Refusal):
    """Nothing was measured on the day or before, so nothing can be rated."""

    code = "not_measured"
    status = 409
    text = _("Nothing is measured as of %(as_of)s yet: measure first.")


class RunUnknown(Refusal):
    """There is no such rating run."""

    code = "run_unknown"
    status = 404
    text = _("There is no rating run %(run_id)s.")


class NeverRated(Refusal):
    """No run is done yet, by this policy or at all, up to the day."""

    code = "never_rated"
    status = 404
    text = _("Nothing was rated yet: start a rating run first.")


class NotRated(Refusal):
    """The run did not rate the customer."""

    code = "not_rated"
    status = 404
    text = _("Run %(run_id)s did not rate the customer %(customer_no)s.")


class RunFilesMissing(Refusal):
    """The files of a run are gone or cannot be read, so it cannot be explained."""

    code = "run_files_missing"
    status = 409
    text = _("The file %(file)s of run %(run_id)s is missing or cannot be read.")


class QuestionUnknown(Refusal):
    """No policy in force asks this question."""

    code = "question_unknown"
    status = 422
    text = _("No policy in force asks the question %(question)s.")


class AnswerInvalid(Refusal):
    """The answer is not one the question takes."""

    code = "answer_invalid"
    status = 422
    text = _("%(value)s is not an answer to %(question)s: %(cause)s")


class EvidenceMissing(Refusal):
    """The question needs evidence."""

    code = "evidence_missing"
    status = 422
    text = _("The answer to %(question)s needs its evidence.")


class AssessedAhead(Refusal):
    """The day of the answer lies in the future."""

    code = "assessed_ahead"
    status = 422
    text = _("The day of the answer, %(assessed_on)s, lies after %(on)s.")

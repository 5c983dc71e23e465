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


class AnswerUnknown(Refusal):
    """There is no such answer, or it is out of reach."""

    code = "answer_unknown"
    status = 404
    text = _("There is no assessment %(answer)s.")


class AssessedAhead(Refusal):
    """The day of the answer lies in the future."""

    code = "assessed_ahead"
    status = 422
    text = _("The day of the answer, %(assessed_on)s, lies after %(on)s.")


class SimulationUnknown(Refusal):
    """There is no such simulation, it is another's, or it has no such day."""

    code = "simulation_unknown"
    status = 404
    text = _("There is no simulation %(number)s.")


class SimulationDayAhead(Refusal):
    """A day to simulate has not come yet."""

    code = "simulation_day_ahead"
    status = 422
    text = _("The day %(as_of)s to simulate lies after %(on)s.")


class SimulationTooLong(Refusal):
    """More days are asked for than one simulation takes."""

    code = "simulation_too_long"
    status = 422
    text = _("%(days)s days are asked for; one simulation takes at most %(most)s.")


class SimulationEnded(Refusal):
    """The simulation is not running any more."""

    code = "simulation_ended"
    status = 409
    text = _("The simulation %(number)s is not running.")


class SimulationRunning(Refusal):
    """The simulation is still running."""

    code = "simulation_running"
    status = 409
    text = _("The simulation %(number)s is still running: stop it first.")


class NotAMover(Refusal):
    """The customer does not move, or its figures were not kept."""

    code = "not_a_mover"
    status = 404
    text = _("Simulation %(number)s keeps no figures of this customer: it does not move, or too many do.")

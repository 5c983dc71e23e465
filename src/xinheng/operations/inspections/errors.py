"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class InspectionRulesInvalid(Refusal):
    """A document of rules is wrong; nothing of it is used."""

    code = "inspection_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class InspectionInvalid(Refusal):
    """A value that cannot be."""

    code = "inspection_invalid"
    status = 422
    text = _("%(cause)s")


class CaseUnknown(Refusal):
    """There is no such case, or its consumer is out of reach."""

    code = "inspection_unknown"
    status = 404
    text = _("There is no inspection case %(no)s.")


class OutOfTurn(Refusal):
    """The case has not come to this step, or is past it."""

    code = "inspection_out_of_turn"
    status = 409
    text = _("Case %(no)s is %(state)s; this cannot be done now.")


class CaseOpenAlready(Refusal):
    """The consumer is being inspected."""

    code = "inspection_open_already"
    status = 409
    text = _("Consumer %(consumer_no)s is being inspected in case %(no)s.")


class FindingIncomplete(Refusal):
    """Without inspectors or a day there is no finding."""

    code = "finding_incomplete"
    status = 422
    text = _("A finding needs its inspectors and its day: %(cause)s")


class SamePerson(Refusal):
    """Who found does not confirm or decide."""

    code = "inspection_same_person"
    status = 409
    text = _("%(login)s has found in case %(no)s; somebody else decides.")


class AppealTooLate(Refusal):
    """The time to appeal is over."""

    code = "appeal_too_late"
    status = 409
    text = _("Case %(no)s could be appealed until %(day)s.")


class FiguresDoNotAddUp(Refusal):
    """Told totals differ from the sum of their parts."""

    code = "figures_do_not_add_up"
    status = 422
    text = _("%(what)s: the parts add up to %(sum)s, the total says %(told)s.")

"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class CareRulesInvalid(Refusal):
    """A document of rules is wrong; nothing of it is used."""

    code = "care_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class CareInvalid(Refusal):
    """A value that cannot be."""

    code = "care_invalid"
    status = 422
    text = _("%(cause)s")


class CareUnknown(Refusal):
    """There is no such row, or its customer is out of reach."""

    code = "care_unknown"
    status = 404
    text = _("There is no %(what)s %(no)s.")


class ItIsDone(Refusal):
    """What was closed, recorded or called off is not changed again."""

    code = "care_done"
    status = 409
    text = _("%(what)s %(no)s is done; it is not changed again.")


class StageRefused(Refusal):
    """The relation cannot go back there."""

    code = "care_stage_refused"
    status = 409
    text = _("A relation at the stage %(stage)s does not go back to %(wanted)s.")


class ConfirmationMissing(Refusal):
    """The customer has not confirmed the result."""

    code = "care_confirmation_missing"
    status = 409
    text = _("%(no)s stays open until the customer confirms the result.")


class ItemsOpen(Refusal):
    """A leaver still holds something."""

    code = "care_items_open"
    status = 409
    text = _("%(person)s cannot leave yet: %(open)s items are not handed over, the first is %(first)s.")

"""What replays refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ShadowUnknown(Refusal):
    """No such replay, or not within reach."""

    code = "shadow_unknown"
    status = 404
    text = _("There is no replay %(number)s.")


class ShadowEnded(Refusal):
    """Only a replay under way can be stopped or begun."""

    code = "shadow_ended"
    status = 409
    text = _("Replay %(number)s is not under way.")


class ShadowRunning(Refusal):
    """What is under way is stopped before it is thrown away."""

    code = "shadow_running"
    status = 409
    text = _("Replay %(number)s is under way: stop it first.")


class LedgerUnreadable(Refusal):
    """The files do not tell a past that can be replayed."""

    code = "ledger_unreadable"
    status = 422
    text = _("%(file)s cannot be read: %(cause)s")


class LedgerEmpty(Refusal):
    """There is nothing to replay."""

    code = "ledger_empty"
    status = 422
    text = _("There is neither an order nor a bill to replay in the days asked for.")


class PlanInvalid(Refusal):
    """What is asked of a replay does not fit together."""

    code = "shadow_plan_invalid"
    status = 422
    text = _("%(cause)s")


class ResultAltered(Refusal):
    """A kept file is not the one that was written."""

    code = "shadow_altered"
    status = 409
    text = _("The file of replay %(number)s was altered since it was written, or is gone.")

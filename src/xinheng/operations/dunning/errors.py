"""What dunning refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NoLadder(Refusal):
    """No ladder is in force and none came with the system."""

    code = "dunning_ladder_missing"
    status = 409
    text = _("No ladder of reminders is in force on %(on)s.")


class LadderUnknown(Refusal):
    """No ladder in force has the code."""

    code = "dunning_ladder_unknown"
    status = 404
    text = _("There is no ladder %(ladder)s in force.")


class DunningReachTooSmall(Refusal):
    """A run reminds of the whole ledger, so only who sees all of it begins, sends or undoes one."""

    code = "dunning_reach_too_small"
    status = 403
    text = _("A run reminds all customers: only somebody who sees all of them plans, sends or undoes it.")


class RunUnknown(Refusal):
    """No run has the number."""

    code = "dunning_run_unknown"
    status = 404
    text = _("There is no dunning run %(run)s.")


class RunMoved(Refusal):
    """A run is past what is asked for."""

    code = "dunning_run_moved"
    status = 409
    text = _("The run of %(on)s is %(state)s: this cannot be done with it any more.")


class RunOfDaySent(Refusal):
    """The reminders of a day went out already."""

    code = "dunning_run_of_day_sent"
    status = 409
    text = _("The reminders of %(on)s were sent already (run %(run)s); one day has one run.")


class RunInPast(Refusal):
    """A run is planned for the business day itself."""

    code = "dunning_run_in_past"
    status = 409
    text = _("The run was planned for %(on)s; plan it again today before it is sent.")


class ReminderUnknown(Refusal):
    """No letter, pause or choice has the number, or none within reach."""

    code = "dunning_reminder_unknown"
    status = 404
    text = _("There is no reminder %(reminder)s.")


class BillNotOpen(Refusal):
    """The bill is unknown, void, or nothing of it is open."""

    code = "dunning_bill_not_open"
    status = 404
    text = _("Customer %(customer_no)s has no open bill %(bill_no)s.")


class DunningInvalid(Refusal):
    """Something that was entered does not fit."""

    code = "dunning_invalid"
    status = 422
    text = _("%(cause)s (%(field)s)")


class JumpNotHigher(Refusal):
    """A jump goes up, to a level the ladder has."""

    code = "dunning_jump_not_higher"
    status = 409
    text = _("Bill %(bill_no)s stands at level %(level)s; it can jump to a level above that, up to %(most)s.")


class AlreadyPaused(Refusal):
    """A pause of the same debts holds already."""

    code = "dunning_paused"
    status = 409
    text = _("Reminders are paused until %(until)s already.")

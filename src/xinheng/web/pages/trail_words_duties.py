"""Acts on tasks, reports owed and fines as people read them on the trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DUTY_ACTS: dict[str, str | Promise] = {
    "duties.order_task": _("order a task"),
    "duties.finish_task": _("note a task as done"),
    "duties.withdraw_task": _("withdraw a task"),
    "duties.set_type": _("say what a unit owes"),
    "duties.hand_in": _("hand in a report"),
    "duties.verify_report": _("verify a report"),
    "duties.return_report": _("send a report back"),
    "duties.mark_missing": _("go on without a report"),
    "duties.propose_fine": _("propose a fine"),
    "duties.repeat_fine": _("propose a fine again"),
    "duties.confirm_fine": _("confirm a fine"),
    "duties.waive_fine": _("waive a fine"),
    "duties.appeal_fine": _("contest a fine"),
    "duties.decide_appeal": _("decide on a contested fine"),
    "duties.settle_fine": _("settle a fine"),
    "duties.order_correction": _("order papers to be put right"),
    "duties.note_corrected": _("note that papers were put right"),
    "duties.subscribe": _("subscribe to a calendar"),
    "duties.unsubscribe": _("end a subscribed calendar"),
    "duties.end_day": _("look at what is late"),
    "exports.dues": _("export what is due"),
    "exports.reports_owed": _("export reports owed"),
    "exports.fines": _("export fines"),
    "exports.fines_sheet": _("print the sheet of fines"),
}

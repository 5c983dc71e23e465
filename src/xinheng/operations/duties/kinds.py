"""Kinds of what is due, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROOMS: dict[str, str | Promise] = {
    "duties": _("tasks and reports"),
    "dossiers": _("dossiers"),
    "custody": _("hand-overs and loans"),
    "contracts": _("contracts"),
    "retention": _("retention"),
    "privacy": _("privacy"),
    "care": _("letters and service"),
    "reviews": _("grades"),
    "limits": _("limits"),
    "advances": _("advances"),
    "warnings": _("warnings"),
    "customers": _("investigations"),
    "disputes": _("disputes"),
    "confirmations": _("confirmations"),
    "collection": _("collection"),
}
KINDS: dict[str, str | Promise] = {
    "duties.order": _("task ordered"),
    "duties.request": _("contribution asked for"),
    "duties.report": _("report"),
    "dossiers.runs_out": _("paper runs out"),
    "dossiers.later": _("paper that comes later"),
    "dossiers.day": _("day to remember"),
    "custody.handover": _("hand-over"),
    "custody.verify": _("check of a hand-over"),
    "custody.loan": _("return of a paper"),
    "custody.tidying": _("tidying of the archive room"),
    "retention.clean_up": _("clean-up of papers"),
    "reviews.grade": _("review of a grade"),
    "limits.lapse": _("limit lapses"),
    "limits.yearly": _("yearly review of a credit customer"),
    "advances.duty": _("duty on an advance"),
    "warnings.close": _("warning to be closed"),
    "customers.investigation": _("report of an investigation"),
    "disputes.step": _("next step of a dispute"),
    "confirmations.round": _("round of confirmations"),
    "collection.promise": _("promise to pay"),
    "collection.deadline": _("time of the law"),
    "contracts.ending": _("contract ends"),
    "contracts.performance": _("contract to be performed"),
    "contracts.report": _("contract statistics"),
    "care.visit": _("record of a visit"),
    "care.matter": _("matter of a customer"),
    "care.evaluation": _("evaluation of a file"),
    "care.succession": _("meeting of the successor"),
    "privacy.request": _("request of a person"),
    "privacy.measure": _("measure of security"),
    "privacy.check": _("check of security"),
    "privacy.cleanup": _("clean-up of personal data"),
    "privacy.agreement": _("confidentiality agreement ends"),
}


def kind_word(kind: str) -> str:
    """What a kind is called; the room's name where the kind has no word of its own."""
    return str(KINDS.get(kind) or ROOMS.get(kind.partition(".")[0], kind))


def room_word(kind: str) -> str:
    """The room that tells a kind."""
    return str(ROOMS.get(kind.partition(".")[0], kind))

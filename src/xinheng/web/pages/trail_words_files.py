"""Acts on files, letters and service as people read them on the trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE_ACTS: dict[str, str | Promise] = {
    "care.register": _("register an item passed"),
    "care.join": _("join a line of the register to a file"),
    "care.set_standing": _("say how a customer is received"),
    "care.plan_visit": _("plan a visit"),
    "care.record_visit": _("write the report of a visit"),
    "care.call_off_visit": _("call a visit off"),
    "care.open_matter": _("open a matter of a customer"),
    "care.confirm_matter": _("keep that a customer confirmed a result"),
    "care.close_matter": _("close a matter of a customer"),
    "care.tell_opinion": _("enter an opinion of a customer"),
    "care.begin_departure": _("begin a leaving"),
    "care.add_item": _("add an item to what a leaver hands over"),
    "care.sign_item": _("sign for an item of a leaver"),
    "care.finish_departure": _("finish a leaving"),
    "care.evaluate": _("evaluate a file"),
    "care.issue_document": _("issue a controlled document"),
    "care.give_copy": _("give a copy of a controlled document"),
    "exports.care": _("export letters and service"),
    "dossiers.open": _("open a dossier"),
    "dossiers.describe": _("change what is told of a dossier"),
    "dossiers.confirm": _("confirm a draft dossier"),
    "dossiers.close": _("close a dossier"),
    "dossiers.add_paper": _("put a paper into a dossier"),
    "dossiers.place_paper": _("sort a paper into a line"),
    "dossiers.file_paper": _("file a paper"),
    "dossiers.end_paper": _("take a paper out of force"),
    "dossiers.set_line": _("say something of a line of a checklist"),
    "dossiers.set_stage": _("move a line to another stage"),
    "dossiers.set_secrecy": _("give a paper its grade of secrecy"),
    "exports.dossiers": _("export dossiers"),
    "exports.dossier": _("print a dossier"),
}

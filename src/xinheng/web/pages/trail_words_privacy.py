"""Acts on personal data as people read them on the trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRIVACY_ACTS: dict[str, str | Promise] = {
    "privacy.register_person": _("keep a person"),
    "privacy.change_person": _("correct the data of a person"),
    "privacy.read_person": _("look at the data of a person"),
    "privacy.give_consent": _("add a consent of a person"),
    "privacy.withdraw_consent": _("note that a person withdrew a consent"),
    "privacy.tell_dealing": _("note a dealing with a person"),
    "privacy.end_dealing": _("note that a dealing with a person is over"),
    "privacy.drop_outdated": _("delete negative information whose term is over"),
    "privacy.receive_request": _("take in a request of a person"),
    "privacy.check_identity": _("note how a person was identified"),
    "privacy.answer_request": _("answer a request of a person"),
    "privacy.copy": _("make a person a copy of the own data"),
    "privacy.ask_erasure": _("ask for an erasure of personal data"),
    "privacy.decide_erasure": _("decide on an erasure of personal data"),
    "privacy.freeze": _("freeze personal data that is held"),
    "privacy.thaw": _("take frozen personal data back into use"),
    "privacy.erase": _("erase the data of a person"),
    "customers.conceal_person": _("take a person's data out of a file"),
    "customers.reveal_person": _("put a person's data back into a file"),
    "privacy.tell_partner": _("keep an agreement on personal data"),
    "privacy.end_partner": _("end an agreement on personal data"),
    "privacy.share": _("give personal data to a partner"),
    "privacy.ask_extract": _("take in an outside request for data"),
    "privacy.decide_extract": _("decide on an outside request for data"),
    "privacy.give_extract": _("give an extract of data out"),
    "privacy.tell_training": _("note a training in data protection"),
    "privacy.tell_check": _("note a check of data protection"),
    "privacy.finish_measure": _("finish a measure of data protection"),
    "privacy.alert": _("raise an alert of reading in bulk"),
    "privacy.clear_alert": _("clear an alert of reading in bulk"),
    "exports.privacy": _("export the list of persons"),
    "exports.privacy_paper": _("print a paper on personal data"),
}

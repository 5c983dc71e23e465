"""Acts on terms, destruction and grades of secrecy as people read them on the trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RETENTION_ACTS: dict[str, str | Promise] = {
    "retention.fix": _("fix terms of retention"),
    "retention.hold": _("hold papers from destruction"),
    "retention.release": _("release a hold on papers"),
    "retention.open_appraisal": _("open an appraisal of papers"),
    "retention.appraise": _("give an opinion on papers"),
    "retention.close_appraisal": _("close an appraisal of papers"),
    "retention.draw_up": _("draw up a destruction list"),
    "retention.strike": _("take a paper off a destruction list"),
    "retention.submit": _("submit a destruction list"),
    "retention.follow": _("decide on a destruction list"),
    "retention.name_supervisors": _("name who watches a destruction"),
    "retention.scan": _("compare a paper with a destruction list"),
    "retention.destroy": _("destroy the papers of a list"),
    "retention.sign_destruction": _("sign for a destruction"),
    "retention.seal_certificate": _("keep a certificate of destruction"),
    "retention.reapply": _("make gone again what a restore brought back"),
    "secrecy.propose": _("propose a grade of secrecy"),
    "secrecy.follow": _("decide on a grade of secrecy"),
    "secrecy.lapse": _("end the period of a grade of secrecy"),
    "secrecy.name": _("name somebody who needs to know"),
    "secrecy.strike": _("take somebody off the list of who needs to know"),
    "exports.retention": _("export terms of papers"),
    "exports.destruction": _("print a form of a destruction list"),
    "exports.destruction_register": _("export the register of destruction"),
}

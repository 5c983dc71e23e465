"""Acts on suspected theft and inspections as people read them on the trail."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

POWER_ACTS: dict[str, str | Promise] = {
    "theft.rank": _("rank suspects of theft"),
    "theft.fit": _("learn a ranking of suspects"),
    "inspections.set_inspector": _("enter an inspector"),
    "inspections.open_case": _("open an inspection case"),
    "inspections.assign": _("give a case to inspectors"),
    "inspections.plan_day": _("plan a day of inspections"),
    "inspections.drop_case": _("drop an inspection case"),
    "inspections.record_visit": _("record the visit of an inspection"),
    "inspections.add_exhibit": _("keep a piece of evidence"),
    "inspections.record_finding": _("tell what an inspection found"),
    "inspections.withdraw_finding": _("take a finding back"),
    "inspections.sign": _("sign the notice of a finding"),
    "inspections.confirm_finding": _("confirm a finding and claim its money"),
    "inspections.appeal": _("keep an appeal against a finding"),
    "inspections.decide_appeal": _("decide an appeal against a finding"),
    "inspections.print_notice": _("print the notice of a finding"),
    "exports.inspections": _("export inspections"),
    "exports.suspects": _("export suspects"),
}

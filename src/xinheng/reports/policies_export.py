"""Two policies side by side as an Excel workbook: what differs in words, and which lines of text do."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings.values import PolicyText
from xinheng.reports.compared_words import told_differences
from xinheng.reports.sheets import Column, Sheet, workbook


def export_compared_policies(*, actor: Actor, on: date, old: PolicyText, new: PolicyText) -> bytes:
    """What a policy changes against another, as a workbook. On the trail.

    old, new: texts the actor was given to read. Refuses: AccessDenied, PolicyInvalid.
    """
    access.require(actor, "exports.read", f"policy:{new.label}")
    both = [policies.load(one.text, file=one.label) for one in (old, new)]
    columns = [
        Column(_("Part"), width=28), Column(_("What"), width=12), Column(_("Name"), width=32),
        Column(_("Code"), width=18), Column(_("Of it"), width=24), Column(old.label, width=48),
        Column(new.label, width=48),
    ]  # fmt: skip
    rows = [
        [one.part, one.kind_word, one.name, one.code, one.field, one.before, one.after]
        for one in told_differences(*both)
    ]
    lines = compared.text_differences(old.text, new.text, names=(old.label, new.label))
    content = workbook(
        [
            Sheet(_("Differences"), columns, rows),
            Sheet(
                _("The lines that differ"),
                [Column(_("The lines that differ"), width=120)],
                [[line] for line in lines],
            ),
        ],
        notes=[
            (_("Old policy"), old.label),
            (_("New policy"), new.label),
            (_("Differences"), str(len(rows))),
            (_("Exported on"), on.isoformat()),
        ],
        about=_("About"),
    )
    after = {"old": old.label, "new": new.label}
    audit.record(
        actor=actor, act="exports.compared_policies", subject=f"policy:{new.label}", on=on, after=after
    )
    return content

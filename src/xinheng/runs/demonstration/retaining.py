"""The demonstration company keeps papers for their terms: old ones before a group, one held, one destroyed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as files
from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import Wanted

YEARS_AGO = 12
OLD = (
    ("客户资信调查报告（旧）", "internal"), ("催收函存根", "internal"), ("报价审批底稿", "secret"),
    ("年度评级汇总", "internal"),
)  # fmt: skip


@transaction.atomic
def keep_for_terms(*, actor: Actor, on: date) -> None:
    """File old papers, fix terms, open an appraisal of those that are over, hold the last. Done once."""
    if retention.appraisals(actor).exists():
        return
    dossier = dossiers.dossiers_visible(actor, on).filter(kind="general_customer", closed_on=None).first()
    if dossier is None:
        return
    formed = date(on.year - YEARS_AGO, 3, 15)
    for title, grade in OLD:
        told: dict[str, Any] = {
            "formed_on": formed,
            "secrecy": grade,
            "retention": "D10",
            "has_original": True,
        }
        paper = files.add_paper(
            actor=actor, on=on, dossier=dossier, upload=None, item="other", title=title, copy_form="original",
            pages=4, **told,
        )  # fmt: skip
        files.file_paper(actor=actor, on=on, label=paper.label)
    acts.fix_terms(actor=actor, on=on)
    over = list(retention.kept_papers(actor, Wanted(state="due"), on=on)[: len(OLD)])
    group = people.holders("archivist", on=on)[:1] + people.holders("credit_manager", on=on)[:1]
    members = list(dict.fromkeys([*group, actor.login]))
    known = people.names_by_login(members)
    if over and len(known) > 1:
        acts.open_appraisal(
            actor=actor, on=on, title=f"{on.year} 年到期档案鉴定", members=list(known),
            labels=[one.paper.label for one in over[:-1]],
        )  # fmt: skip
    if over:
        reason = "客户投诉尚未处理完毕，暂停处置"
        acts.hold(actor=actor, on=on, kind="paper", name=over[-1].paper.label, reason=reason)

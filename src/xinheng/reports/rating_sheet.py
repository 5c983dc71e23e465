"""The rating of one customer on paper: why the grade, how it went, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import CurvePoint, Explanation, Outlook, Reason
from xinheng.reports.charts import ACCENT, shade_of
from xinheng.reports.exports import notes_of
from xinheng.reports.printed import Chart, Series, Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column
from xinheng.reports.values import Printed


def export_decision(
    *, actor: Actor, on: date, run_id: int, customer_no: str, role: str = "", form: Printed = "pdf"
) -> bytes:
    """The rating sheet of one customer by one run, for the file: it names the grade, so it is internal.

    Refuses: AccessDenied, CustomerUnknown, RunUnknown, NotRated, RunFilesMissing, PrintFontMissing (PDF).
    """
    access.require(actor, "exports.read", f"customer:{customer_no}")
    found = ratings.explanation(actor, run_id, customer_no, on=on, role=role)
    better = ratings.outlook(actor, run_id, customer_no, on=on, role=role)
    points = [one for one in ratings.curve(found.customer_no, found.policy_code) if one.as_of <= found.as_of]
    policy = policies.load(packs.document(found.policy_sha256).text)
    grades = [step.code for step in policy.scale]
    papers = [*_scored(found), *_rules(found), *_ways(found, better), _curve(found, points, grades)]
    notes = notes_of(
        actor,
        on,
        {
            "run": found.run_id,
            "policy": f"{found.policy_code} {found.policy_version}",
            "policy_sha256": found.policy_sha256,
            "as_of": found.as_of,
        }.items(),
    )
    if form == "xlsx":
        content = print_workbook(papers, notes=notes, about=_("About this file"))
    else:
        footer = _("Internal: not to be told outside · rating run %(run)s") % {"run": found.run_id}
        content = print_pdf(papers, title=papers[0].title, footer=footer, across=False)
    after = {"run": found.run_id, "form": form}
    audit.record(
        actor=actor, act="exports.decision", subject=f"customer:{found.customer_no}", on=on, after=after
    )
    return content


def _who(found: Explanation) -> str:
    return f"{found.customer_no} {found.customer_name}"


def _graded(found: Explanation) -> str:
    told = {"grade": found.grade, "day": found.as_of.isoformat()}
    return (_("Grade %(grade)s as of %(day)s") if found.grade else _("Not graded as of %(day)s")) % told


def _figures(reason: Reason) -> str:
    return "\n".join(f"{one.name}: {ratings.told(one)}" for one in reason.inputs)


def _scored(found: Explanation) -> Iterator[Table]:
    items = [reason for reason in found.reasons if reason.kind == "points"]
    if not items:
        return
    given = sum((reason.points or Decimal(0) for reason in items), Decimal(0))
    most = sum((reason.maximum or Decimal(0) for reason in items), Decimal(0))
    yield Table(
        name=_("Points"),
        title=_("Credit rating of a customer: points"),
        left=_who(found),
        right=_graded(found),
        columns=[
            Column(_("Item"), width=44),
            Column(_("Figures looked at"), width=34),
            Column(_("Points"), "number", 9),
            Column(_("Of"), "number", 9),
            Column(_("Lost"), "number", 9),
        ],
        rows=[
            (
                reason.text,
                _figures(reason),
                reason.points,
                reason.maximum,
                None if reason.points is None or reason.maximum is None else reason.maximum - reason.points,
            )
            for reason in items
        ],
        total=(_("Total"), "", given, most, most - given),
        note=found.summary,
    )


def _rules(found: Explanation) -> Iterator[Table]:
    rules = [reason for reason in found.reasons if reason.kind != "points"]
    if not rules:
        return
    outcomes = {"fired": _("holds"), "not_fired": _("does not hold"), "unknown": _("unknown")}
    kinds = {
        "condition": _("Condition"), "cap": _("Cap"), "veto": _("Veto"), "missing": _("Missing"),
    }  # fmt: skip
    yield Table(
        name=_("Rules"),
        title=_("Credit rating of a customer: rules"),
        left=_who(found),
        right=_graded(found),
        columns=[
            Column(_("Kind"), width=13),
            Column(_("Rule"), width=44),
            Column(_("Outcome"), width=11),
            Column(_("Grade"), width=8),
            Column(_("Figures looked at"), width=32),
        ],
        rows=[
            (
                kinds.get(reason.kind, reason.kind),
                reason.text,
                outcomes[reason.outcome],
                reason.grade,
                _figures(reason),
            )
            for reason in rules
        ],
        note=found.summary,
    )


def _ways(found: Explanation, better: Outlook) -> Iterator[Table]:
    if not better.improvements:
        return
    yield Table(
        name=_("Ways up"),
        title=_("What would raise the grade"),
        left=_who(found),
        right=_graded(found),
        columns=[Column(_("Grade"), width=10), Column(_("Changes together"), width=80)],
        rows=[(way.grade, way.text.replace("; ", "\n").replace("；", "\n")) for way in better.improvements],
        note=" ".join(better.obstacles),
    )


def _curve(found: Explanation, points: list[CurvePoint], grades: list[str]) -> Table:
    places = {grade: len(grades) - place for place, grade in enumerate(grades)}
    heights = [places.get(point.grade) for point in points]
    return Table(
        name=_("Credit curve"),
        title=_("Credit curve of a customer"),
        left=_who(found),
        right=_graded(found),
        columns=[
            Column(_("As of"), width=14),
            Column(_("Grade"), width=10),
            Column(_("Place of the grade"), "count", 12),
            Column(_("Score"), "number", 10),
        ],
        rows=[
            (point.as_of.isoformat(), point.grade or _("not graded"), height, point.score)
            for point, height in zip(points, heights, strict=True)
        ],
        chart=Chart(
            "curve",
            _("Credit curve"),
            [point.as_of.isoformat() for point in points],
            [Series(_("Place of the grade"), ACCENT, heights)],
            colours=[shade_of(point.grade, grades) for point in points],
            steps=grades[::-1],
        ),
        note=_("A higher place is a better grade; 1 is the worst."),
    )

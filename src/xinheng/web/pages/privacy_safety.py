"""What stands on the ledgers of privacy about ourselves: checks, trainings, reading, the documents."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy.values import EXTRACTS
from xinheng.web.pages.privacy_cells import MOST, Cell, Table

NEVER: dict[str, str | Promise] = {  # what the law forbids to collect
    "religion": _("religion"), "gene": _("genes"), "fingerprint": _("fingerprints"),
    "blood_type": _("blood type"), "disease": _("diseases"),
}  # fmt: skip


def safety_tables(actor: Any, on: Any) -> list[Table]:
    """Checks, measures, reading in bulk and trainings."""
    return [_due_checks(on), _measures(actor, on), _alerts(actor), _trainings(actor, on)]


def _due_checks(on: Any) -> Table:
    due = [
        [
            Cell(f"{rule.words} ({document.name.words})"),
            Cell(last or "—"),
            Cell(day, is_bad=day < on),
            Cell(_("assumed") if rule.assumed else ""),
        ]
        for document, rule, last, day in privacy.next_checks(on)
    ]
    return Table(
        _("Safety checks"),
        (_("Safety check"), _("Last done"), _("Due on"), ""),
        due,
        _("No privacy document is adopted, so no check is due. Adopt one under policies."),
    )


def _measures(actor: Any, on: Any) -> Table:
    measures = [
        [
            Cell(one.what),
            Cell(one.owner),
            Cell(one.due_on, is_bad=one.done_on is None and one.due_on < on),
            Cell(one.done_on or "—"),
            Cell(one.outcome or "—"),
        ]
        for one in privacy.measures(actor)[:MOST]
    ]
    return Table(
        _("Measures"),
        (_("Measure"), _("Owner"), _("Due on"), _("Done on"), _("Outcome")),
        measures,
        _("Nothing failed."),
    )


def _alerts(actor: Any) -> Table:
    alerts = [
        [
            Cell(one.on),
            Cell(one.login),
            Cell(one.persons, is_bad=one.seen_on is None),
            Cell(one.normal),
            Cell(one.finding or "—"),
            Cell(one.seen_by or "—"),
        ]
        for one in privacy.alerts(actor)[:MOST]
    ]
    return Table(
        _("Reading in bulk"),
        (
            _("Day"),
            _("Login of the person"),
            _("Persons read"),
            _("Normal"),
            _("What it came to"),
            _("Cleared by"),
        ),
        alerts,
        _("Nobody read more persons in a day than is normal."),
    )


def _trainings(actor: Any, on: Any) -> Table:
    trained = [
        [Cell(one.login), Cell(one.topic), Cell(one.on), Cell(one.until_on, is_bad=one.until_on < on)]
        for one in privacy.trainings(actor)[:MOST]
    ]
    return Table(
        _("Trainings"),
        (_("Login of the person"), _("Topic"), _("Training day"), _("Counts until")),
        trained,
        _("Nobody was trained yet. Where it is demanded, who was not trained sees no personal data."),
    )


def document_tables(_actor: Any, on: Any) -> list[Table]:
    """What each document says, and whether it was adopted."""
    held = {one.code for one, _from in privacy.adopted(on)}
    tables = []
    for rules in privacy.schemes(on):
        state = _("in force here") if rules.code in held else _("shipped, not adopted")
        notices = "、".join(one.name for one in rules.notices)
        rows = [
            [
                Cell(_("Notices")),
                Cell(notices, reverse("privacy_notice", args=[rules.code, rules.notices[0].code])),
            ],
            [Cell(_("Purposes")), Cell("、".join(one.words for one in rules.purposes))],
            [
                Cell(_("Items that may be kept (◆ sensitive)")),
                Cell("、".join(f"{one.words}{' ◆' if one.sensitive else ''}" for one in rules.items)),
            ],
            [Cell(_("Never kept")), Cell("、".join(str(NEVER.get(code, code)) for code in rules.never))],
            [Cell(_("Ways")), Cell("、".join(one.words for one in rules.ways))],
            [
                Cell(_("Sharing")),
                Cell(
                    _("never to third parties")
                    if rules.sharing.partners == "never"
                    else _("under an agreement")
                ),
            ],
            [Cell(_("Extracts")), Cell("、".join(str(EXTRACTS[code]) for code in rules.extracts) or "—")],
            [Cell(_("Months kept")), Cell(_marked(rules.retention.months, assumed=rules.retention.assumed))],
            [
                Cell(_("Working days for an answer")),
                Cell(_marked(rules.requests.working_days, assumed=rules.requests.assumed)),
            ],
            [
                Cell(_("Persons read a day, at most")),
                Cell(_marked(rules.reading.persons_a_day, assumed=rules.reading.assumed)),
            ],
        ]
        tables.append(
            Table(f"{rules.name.words} · {rules.code}@{rules.version} · {state}", ("", ""), rows, "")
        )
    return tables


def _marked(value: Any, *, assumed: bool) -> str:
    return f"{value} ({_('assumed')})" if assumed else str(value)

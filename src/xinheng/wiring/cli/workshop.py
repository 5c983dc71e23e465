"""The workshop of policies: what two differ in, what a draft would do, drafts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.values import Plan, PolicyText, SimulatedDay, Simulation
from xinheng.reports import services as reports
from xinheng.reports.values import ToldDifference
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import Json
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    day,
    operator,
    past_day,
    progress,
    say_json,
    say_table,
    screen,
    written,
)
from xinheng.wiring.cli.speaking import language

Named = Annotated[str, typer.Argument(help="A file, or code, code@version, shipped:code, draft:number.")]


@command("policies.read")
def compare(
    one: Named,
    other: Named,
    as_text: Annotated[
        bool, typer.Option("--text", help="The lines that differ, as diff shows them.")
    ] = False,
    excel: Annotated[
        Path | None, typer.Option("--excel", help="Also write everything as an Excel file.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say what differs between two policies. Exit code 3 where anything does."""
    old, new = (_told(name, business_day()) for name in (one, other))
    if as_text:
        lines = compared.text_differences(old.text, new.text, names=(old.label, new.label))
        screen.print(*lines, sep="\n", markup=False, highlight=False)
        return FOUND if lines else 0
    both = [policies.load(told.text, file=told.label) for told in (old, new)]
    found = compared.differences(*both)
    words = reports.told_differences(*both, found=found)
    if as_json:
        say_json(
            [
                {**asdict(one), "before_text": told.before, "after_text": told.after}
                for one, told in zip(found, words, strict=True)
            ]
        )
    elif not found:
        screen.print(_("Both say the same."))
    else:
        columns = [_("What"), _("Part"), _("Code"), _("Name"), _("Of it"), _("Was"), _("Is")]
        say_table("", columns, [_difference(one) for one in words])
    if excel:
        content = reports.export_compared_policies(actor=operator(), on=business_day(), old=old, new=new)
        written(excel, content, as_json=as_json)
    return FOUND if found else 0


def _difference(one: ToldDifference) -> list[Any]:
    return [one.kind_word, one.part, one.code, one.name, one.field, one.before, one.after]


@command("policies.simulate")
def simulate(
    draft: Named,
    on: Annotated[
        str | None, typer.Option("--on", help="The last day, as 2026-06-30; today if not given.")
    ] = None,
    series: Annotated[
        int, typer.Option(min=1, max=60, help="So many days: the last one and the month-ends before it.")
    ] = 1,
    against: Annotated[
        str, typer.Option(help="What it is set against; the version in force on the last day if not given.")
    ] = "",
    excel: Annotated[
        Path | None, typer.Option("--excel", help="Also write everything as an Excel file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what grades would be on past days by another policy, who would move and by which rule."""
    last, today = past_day(on), business_day()
    new = _told(draft, last)
    plan = Plan(new, _against(against, new, last), ratings.month_ends(last, series))
    with progress(quiet=as_json) as tell:
        done = ratings.simulate(
            actor=operator(), on=today, plan=plan,
            tell=lambda days, total: tell(_("days simulated"), days, total),
        )  # fmt: skip
    if as_json:
        say_json(asdict(done))
    else:
        _say(done)
    if excel:
        content = reports.export_simulation(actor=operator(), on=today, number=done.number)
        written(excel, content, as_json=as_json)


def _against(name: str, new: PolicyText, last: date) -> PolicyText:
    if name:
        return _told(name, last)
    code = policies.load(new.text, file=new.label).code
    try:
        held = packs.in_force("rating", code, on=last)
    except PolicyNotInForce as refusal:
        hint = _("%(why)s Name what to set it against with --against.") % {"why": refusal}
        raise typer.BadParameter(hint) from None
    return PolicyText(f"{held.code}@{held.version}", held.text)


def _say(done: Simulation) -> None:
    told = {"no": done.number, "new": done.new, "old": done.old}
    screen.print(_("Simulation %(no)s: %(new)s instead of %(old)s") % told, markup=False)
    for left_out in done.not_measured:
        screen.print(_("%(day)s: not measured, left out") % {"day": left_out})
    days = [
        [day.as_of, day.measured_on, day.customers, day.moved, day.incomplete_old, day.incomplete_new,
         _index(day.shifted), _index(day.unstable_old), _index(day.unstable_new)]
        for day in done.days
    ]  # fmt: skip
    columns = [
        _("As of"), _("Measured"), _("Customers"), _("Moving"), _("Incomplete before"), _("Incomplete then"),
        _("PSI old to new"), _("PSI old in time"), _("PSI new in time"),
    ]  # fmt: skip
    say_table(_("Days"), columns, days)
    if done.days:
        _say_day(done, done.days[-1])


def _say_day(done: Simulation, day: SimulatedDay) -> None:
    counts = {(move.old, move.new): move.customers for move in day.moves}
    news = [*done.new_scale, *([""] if any(new == "" for _old, new in counts) else [])]
    olds = [*done.old_scale, *([""] if any(old == "" for old, _new in counts) else [])]
    rows = [[old or "—", *(counts.get((old, new), 0) for new in news)] for old in olds]
    title = _("Moves on %(day)s: rows as now, columns as they would be") % {"day": day.as_of}
    say_table(title, [_("Grade"), *(new or "—" for new in news)], rows)
    if day.causes:
        causes = [
            [one.zh if language() == "zh-hans" else one.en, one.code, one.worse, one.better, one.other]
            for one in day.causes
        ]
        columns = [_("Rule that decides"), _("Code"), _("Worse"), _("Better"), _("Neither")]
        say_table(_("Why they move"), columns, causes)


def _index(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"


@command("policies.read")
def show(name: Named, as_json: Json = False) -> None:
    """Print the text of a policy."""
    if as_json:
        say_json(asdict(_told(name, business_day())))
        return
    screen.print(_told(name, business_day()).text, markup=False, highlight=False, soft_wrap=True)


@command("policies.read")
def drafts(as_json: Json = False) -> None:
    """List the drafts of policies, the newest first."""
    found = list(packs.drafts(operator(), "rating"))
    names = (
        "pk",
        "code",
        "version",
        "name",
        "state",
        "revision",
        "drafted_by",
        "changed_by",
        "effective_from",
    )
    if as_json:
        say_json([{name: getattr(one, name) for name in names} for one in found])
        return
    columns = [
        _("Draft"), _("Code"), _("Version"), _("Name"), _("State"), _("Revision"), _("Drafted by"),
        _("Changed by"), _("From"),
    ]  # fmt: skip
    rows = [
        [packs.DRAFT_STATES[one.state] if name == "state" else getattr(one, name) for name in names]
        for one in found
    ]
    say_table(_("Drafts"), columns, rows)


@command("policies.draft")
def draft(
    source: Named,
    purpose: Annotated[str, typer.Option(help="What the change is for.")] = "",
    into: Annotated[
        int | None, typer.Option(min=1, help="Save into this draft instead of a new one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin a draft with the text of a file or policy, or save one into a draft."""
    actor, today = operator(), business_day()
    told = _told(source, today)
    if into is None:
        kept = drafting.begin_draft(
            actor=actor, on=today, kind="rating", text=told.text, purpose=purpose,
            started_from="" if Path(source).is_file() else told.label,
        )  # fmt: skip
    else:
        seen = packs.draft(actor, into)
        kept = drafting.save_draft(
            actor=actor, on=today, draft_id=into, revision=seen.revision, text=told.text
        )
    if as_json:
        say_json({"draft": kept.pk, "revision": kept.revision})
    else:
        screen.print(_("Draft %(no)s, revision %(revision)s.") % {"no": kept.pk, "revision": kept.revision})


@command("policies.draft")
def submit(
    number: Annotated[int, typer.Argument(min=1, help="The number of the draft.")],
    effective_from: Annotated[
        str, typer.Option("--from", help="The day from which it would hold, as 2026-06-30.")
    ],
    why: Annotated[str, typer.Option("--why", help="Why in the past, where that day has gone by.")] = "",
    as_json: Json = False,
) -> None:
    """Send a draft through the chain of approval; once approved it holds from the day on."""
    actor, begins = operator(), day(effective_from)
    seen = packs.draft(actor, number)
    kept = drafting.submit_draft(
        actor=actor, on=business_day(), draft_id=number, revision=seen.revision, effective_from=begins,
        backdated_why=why,
    )  # fmt: skip
    told = {"draft": kept.pk, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**told, "request": kept.request_id, "state": kept.state})
    else:
        screen.print(_("Draft %(draft)s, version %(version)s, waits for approval; from %(day)s.") % told)


def _told(name: str, on: date) -> PolicyText:
    """A text by the name of a file, or of a policy the system keeps; a code alone: as in force on the day."""
    path = Path(name)
    if path.is_file():
        try:
            return PolicyText(path.name, path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise FileUnreadable(file=path) from None
    return PolicyText(*packs.text_named(operator(), "rating", name, on=on))

"""Destroying what was approved: supervisors, comparison with the list, the act, signatures, certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive import services as bytes_of
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.retention import errors, gone, listing, register, rules, schedule
from xinheng.facts.retention.models import Destruction, Line, Registered, Supervisor
from xinheng.facts.retention.papers import papers
from xinheng.facts.retention.values import Executed, destroyed


@transaction.atomic
def name_supervisors(
    *, actor: Actor, on: date, no: str, department: str, others: Sequence[str]
) -> list[Supervisor]:
    """Name who watches: one of the department the papers come from, and others; none keeps the archive.

    Only who the schedule says names them. Naming again replaces those before. Refuses: AccessDenied,
    ListUnknown, ListState, SupervisorsInvalid.
    """
    access.require(actor, "retention.read", f"destruction:{no[:20]}")
    drawn = listing.locked(no, "approved")
    general = schedule.in_force(on).general
    held = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset({"*"})
    if not (held & set(general.names_supervisors) or actor.may("*")):
        raise errors.MayNotName(roles=", ".join(general.names_supervisors), no=drawn.no)
    logins = [login.strip() for login in (department, *others) if login.strip()]
    wrong = _why_not(drawn, logins, general.supervisors or 2, general.keepers, on)
    if not wrong and not _is_of_department(drawn, department.strip(), on):
        wrong = "not_of_department"
    if wrong:
        raise errors.SupervisorsInvalid(cause=_cause(wrong), field="department")
    Supervisor.objects.filter(destruction=drawn).delete()
    names = people.names_by_login(logins)
    named = Supervisor.objects.bulk_create(
        Supervisor(
            destruction=drawn, login=login, name=names[login], for_department=place == 0,
            named_by=actor.login, named_on=on,
        )
        for place, login in enumerate(logins)
    )  # fmt: skip
    listing.told(actor, on, "name_supervisors", drawn, after={"supervisors": logins})
    return named


@transaction.atomic
def scan(*, actor: Actor, on: date, no: str, label: str) -> Line:
    """Compare one paper with an approved list by its label. Refuses: AccessDenied, ListUnknown, ListState,
    NotOnList."""
    access.require(actor, "retention.destroy", f"destruction:{no[:20]}")
    drawn = listing.locked(no, "approved")
    found = Line.objects.filter(destruction=drawn, label=label.strip()).first()
    if found is None:
        raise errors.NotOnList(label=label.strip()[:24], no=drawn.no)
    if found.scanned_on is None:
        found.scanned_by, found.scanned_on = actor.login, on
        found.save(update_fields=["scanned_by", "scanned_on"])
        listing.told(actor, on, "scan", drawn, after={"paper": found.label})
    return found


@transaction.atomic
def execute(*, actor: Actor, on: date, no: str, done: Executed) -> Destruction:
    """Destroy the papers of an approved list: their bytes are overwritten, stubs and register stay.

    Every paper that lies in the archive room was compared with the list before, and nothing holds one now.
    Refuses: AccessDenied, ListUnknown, ListState, SupervisorsInvalid, TallyOpen, ReasonMissing, HeldBack,
    OnLoan.
    """
    access.require(actor, "retention.destroy", f"destruction:{no[:20]}")
    drawn = listing.locked(no, "approved")
    rows = listing.lines(drawn)
    _require_ready(drawn, rows, actor, on, done)
    drawn.state, drawn.done_by, drawn.done_on = "destroyed", actor.login, done.done_on
    drawn.place, drawn.method = done.place.strip()[:120], done.method.strip()[:120]
    drawn.save(update_fields=["state", "done_by", "done_on", "place", "method"])
    shared = _shared(rows)
    by_id = {one.pk: one for one in papers().filter(pk__in=[row.paper_id for row in rows])}
    why = _("Destroyed by list %(no)s.") % {"no": drawn.no}
    for row in rows:
        row.bytes_left = row.sha256 in shared
        row.is_open = False
        dossiers.mark_destroyed(actor=actor, on=on, paper=by_id[row.paper_id], why=why)
    Line.objects.bulk_update(rows, ["bytes_left", "is_open"])
    register.enter(drawn, rows)
    listing.told(actor, on, "destroy", drawn, after={
        "papers": len(rows), "place": drawn.place, "method": drawn.method, "done_on": drawn.done_on,
    })  # fmt: skip
    destroyed.send(
        sender=Destruction, paper_ids=[row.paper_id for row in rows], list_no=drawn.no, actor=actor, on=on
    )
    _wipe(actor, on, drawn, rows)
    return drawn


@transaction.atomic
def sign(*, actor: Actor, on: date, no: str) -> Supervisor:
    """A supervisor signs that the list was destroyed before their eyes. Refuses: AccessDenied, ListUnknown,
    ListState, NotSupervisor."""
    access.require(actor, "dossiers.read", f"destruction:{no[:20]}")
    drawn = listing.locked(no, "destroyed")
    found = Supervisor.objects.filter(destruction=drawn, login=actor.login).first()
    if found is None:
        raise errors.NotSupervisor(no=drawn.no)
    if found.signed_on is None:
        found.signed_on = on
        found.save(update_fields=["signed_on"])
        listing.told(actor, on, "sign_destruction", drawn, after={"supervisor": found.login})
    return found


@transaction.atomic
def seal_certificate(*, actor: Actor, on: date, no: str, upload: Upload) -> Destruction:
    """Keep the certificate of a list unchanged, once everybody has signed. Refuses: AccessDenied,
    ListUnknown, ListState, SignaturesMissing, RegisterKept where one is kept already."""
    access.require(actor, "retention.destroy", f"destruction:{no[:20]}")
    drawn = listing.locked(no, "destroyed")
    missing = [one.name for one in supervisors(drawn) if one.signed_on is None]
    if missing:
        raise errors.SignaturesMissing(no=drawn.no, missing=", ".join(missing))
    if drawn.certificate_id:
        raise errors.RegisterKept
    kept = bytes_of.attach(actor=actor, on=on, subject=f"destruction:{drawn.no}", upload=upload)
    drawn.certificate = archive.document(kept.sha256)
    drawn.save(update_fields=["certificate"])
    listing.told(actor, on, "seal_certificate", drawn, after={"sha256": kept.sha256})
    return drawn


def supervisors(drawn: Destruction) -> list[Supervisor]:
    """Who watches a list, who is of the department first."""
    return list(Supervisor.objects.filter(destruction=drawn))


def wipe_again(actor: Actor, on: date, entry: gone.Gone) -> bool:
    """Make a destroyed paper of the list of what is gone be gone again, as after a restore."""
    label, number, sha256 = entry.key.split("|", 2)
    had_to = False
    back = papers().filter(label=label, number=number).exclude(state="destroyed").first()
    if back is not None:
        why = _("Destroyed by list %(no)s.") % {"no": entry.by.partition(":")[2]}
        dossiers.mark_destroyed(actor=actor, on=on, paper=back, why=why)
        had_to = True
    if sha256 and not papers().filter(document__sha256=sha256).exclude(state="destroyed").exists():
        had_to = _wipe_one(actor, on, sha256, entry.by) or had_to
    return had_to


def _require_ready(drawn: Destruction, rows: Sequence[Line], actor: Actor, on: date, done: Executed) -> None:
    named = [one.login for one in supervisors(drawn)]
    general = schedule.in_force(on).general
    if wrong := _why_not(drawn, named, general.supervisors or 2, general.keepers, on):
        raise errors.SupervisorsInvalid(cause=_cause(wrong))
    if actor.login in named:
        raise errors.SupervisorsInvalid(cause=_cause("acts"))
    if not done.place.strip() or not done.method.strip():
        raise errors.ReasonMissing(field="place" if not done.place.strip() else "method")
    if drawn.approved_on is None or not drawn.approved_on <= done.done_on <= on:
        raise errors.ListState(no=drawn.no, state=_("the day lies before its approval or ahead"))
    missing = [row.label for row in rows if row.has_original and row.scanned_on is None]
    if missing:
        raise errors.TallyOpen(no=drawn.no, missing=len(missing))
    listing.recheck(rows, on)


def _why_not(drawn: Destruction, logins: Sequence[str], wanted: int, keepers: Sequence[str], on: date) -> str:
    away = {login: "keeper" for role in keepers for login in people.holders(role, on=on)}
    away[drawn.drawn_by] = "drew_up"
    known = people.names_by_login(logins)
    return rules.why_not_supervise(
        logins, wanted=wanted, kept_away=away, unknown=[one for one in logins if one not in known]
    )


def _is_of_department(drawn: Destruction, login: str, on: date) -> bool:
    """Whether a person belongs to a unit that the papers come from, or to one above or below it."""
    rows = papers().filter(pk__in=Line.objects.filter(destruction=drawn).values("paper_id")).order_by()
    from_units = set(rows.values_list("dossier__unit__path", flat=True))
    held = people.assignments(system_actor(), on=on).filter(person__login=login)
    own = set(held.values_list("unit__path", flat=True))
    return any(one.startswith(other) or other.startswith(one) for one in own for other in from_units)


def _cause(code: str) -> str:
    return {
        "too_few": _("Name at least two different people."),
        "unknown": _("One of them is unknown."),
        "keeper": _("Who keeps the archive does not supervise."),
        "drew_up": _("Who drew up the list does not supervise."),
        "not_of_department": _("The first one does not belong to the department the papers come from."),
        "acts": _("Who destroys does not supervise."),
    }[code]


def _shared(rows: Sequence[Line]) -> set[str]:
    """Hashes of the list that something else still needs: another paper, or what stands beside a subject."""
    hashes = {row.sha256 for row in rows if row.sha256}
    others = papers().filter(document__sha256__in=hashes).exclude(pk__in=[row.paper_id for row in rows])
    needed = set(others.exclude(state="destroyed").values_list("document__sha256", flat=True))
    return needed | archive.stand_beside(hashes)


def entries() -> list[gone.Gone]:
    """Everything in the register as the list of what is gone has it."""
    known = Registered.objects.order_by().values("line_id")
    rows = Line.objects.filter(pk__in=known).select_related("destruction").order_by("pk")
    return [_entry(row, row.destruction.no) for row in rows.iterator(2_000)]


def _entry(row: Line, no: str) -> gone.Gone:
    day = row.destruction.done_on
    key = f"{row.label}|{row.number}|{'' if row.bytes_left else row.sha256}"
    return gone.Gone("paper", key, day.isoformat() if day else "", f"destruction:{no}")


def _wipe(actor: Actor, on: date, drawn: Destruction, rows: Sequence[Line]) -> None:
    """The list of what is gone is written before the first byte is overwritten, after all else is kept."""
    by = f"destruction:{drawn.no}"
    for row in rows:
        row.destruction = drawn
    entries = [_entry(row, drawn.no) for row in rows]
    hashes = sorted({row.sha256 for row in rows if row.sha256 and not row.bytes_left})
    transaction.on_commit(lambda: gone.note_gone(*entries))
    for sha256 in hashes:
        _wipe_one(actor, on, sha256, by)


def _wipe_one(actor: Actor, on: date, sha256: str, by: str) -> bool:
    document = archive.document(sha256)
    if document is None or not archive.has_bytes(sha256):
        return False
    bytes_of.wipe(document, actor=actor, on=on, reason=by)
    return True

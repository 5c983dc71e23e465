"""What the night does: late hand-overs proposed, standing defects fined again, late things told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.base.messages import services as messages
from xinheng.base.messages.values import NewMessage
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody.values import WantedHandovers
from xinheng.operations.duties import breaching, gathering, policy
from xinheng.operations.duties.documents import Escalation, FineKind
from xinheng.operations.duties.kinds import kind_word
from xinheng.operations.duties.models import Incident, Told
from xinheng.operations.duties.values import NewIncident, NewLine

BACK = timedelta(days=62)  # hand-overs that fell due before are left alone
LISTED = 20  # kinds that a message names


@dataclass
class _Letter:
    rows: list[Told] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@transaction.atomic
def end_day(*, actor: Actor, on: date) -> dict[str, int]:
    """Propose fines for late hand-overs, repeat those of standing defects, tell people; safe to repeat.

    Gives how many of each are new. Refuses: AccessDenied.
    """
    access.require(actor, "duties.write", f"day:{on}")
    told = {
        "late": _propose_late(actor, on),
        "repeated": _repeat_standing(actor, on),
        "told": _tell_late(actor, on),
    }
    if any(told.values()):
        audit.record(actor=actor, act="duties.end_day", subject=f"day:{on}", on=on, after=told)
    return told


def _propose_late(actor: Actor, on: date) -> int:
    made = 0
    for code, scheme in policy.schemes(on).items():
        for kind in scheme.kinds:
            for handover_scheme in kind.late:
                made += _late_of(actor, on, code, kind, handover_scheme)
    return made


def _late_of(actor: Actor, on: date, pack: str, kind: FineKind, scheme: str) -> int:
    wanted = WantedHandovers(scheme=scheme, since=on - BACK, until=on - timedelta(days=1))
    rows = custody.handovers(actor, on, wanted).exclude(state="cancelled").exclude(owner="")
    rows = rows.filter(late_by(on)).order_by("due_on", "pk")
    known = set(
        Incident.objects.filter(pack=pack, cause__startswith="handover:").values_list("cause", flat=True)
    )
    logins = people.people_by_login()
    fresh = [row for row in rows if f"handover:{row.pk}" not in known and row.owner in logins]
    for row in fresh:
        what = row.dossier.title if row.dossier else row.subject
        happened_on = row.due_on + timedelta(days=1)
        new = NewIncident(
            pack, f"handover:{row.pk}", what[:200], happened_on, row.owner, row.from_unit.code,
            (NewLine(kind.code),),
        )  # fmt: skip
        breaching.propose_fine(actor=actor, on=on, new=new)
    return len(fresh)


def late_by(on: date) -> Q:
    """Hand-overs that came after their day, or did not come though it has passed."""
    return Q(accepted_on__gt=F("due_on")) | Q(accepted_on__isnull=True, due_on__lt=on)


def _repeat_standing(actor: Actor, on: date) -> int:
    rows = Incident.objects.select_for_update().filter(ordered_on__lt=on, corrected_on__isnull=True)
    standing = rows.exclude(state="waived").filter(repeats__isnull=True).order_by("pk")
    return sum(breaching.repeat(row, actor=actor, on=on, until=on - timedelta(days=1)) for row in standing)


def _tell_late(actor: Actor, on: date) -> int:
    document = policy.escalation(on)
    if not document.addresses:
        return 0
    gathered = gathering.gather(actor, since=on - BACK, until=on, on=on)
    late = [one for one in gathered.dues if one.done_on is None]
    letters = _letters(document, late, on)
    names = people.names_by_login(letters)
    new = [
        NewMessage(
            document.way, names.get(login, login), document.addresses[login],
            _("Due and late: %(number)s") % {"number": len(letter.rows)}, _listing(letter),
            subject=f"person:{login}", about="duties",
        )
        for login, letter in letters.items()
    ]  # fmt: skip
    messages.send_all(new, on=on, by=actor.login)
    Told.objects.bulk_create([row for letter in letters.values() for row in letter.rows])
    return len(new)


def _letters(document: Escalation, late: list[Due], on: date) -> dict[str, _Letter]:
    holders = {
        role: people.holders(role, on=on) for step in document.steps for role in step.tell if role != "owner"
    }
    known = set(
        Told.objects.filter(due_on__gte=on - BACK).values_list(
            "kind", "subject", "due_on", "days_late", "person"
        )
    )
    letters: dict[str, _Letter] = defaultdict(_Letter)
    for one in late:
        for step in document.steps:
            if (on - one.due_on).days < step.days_late:
                continue
            to = {
                login for role in step.tell for login in ([one.owner] if role == "owner" else holders[role])
            }
            for login in sorted(to & set(document.addresses)):
                key = (one.kind, one.subject[:200], one.due_on, step.days_late, login)
                if key in known:
                    continue
                known.add(key)
                letter = letters[login]
                letter.rows.append(Told(**dict(zip(TOLD, key, strict=True)), on=on))
                letter.counted[one.kind] += 1
    return letters


TOLD = ("kind", "subject", "due_on", "days_late", "person")


def _listing(letter: _Letter) -> str:
    """What is late by kind; titles stay inside, where it is known who reads them."""
    lines = sorted(letter.counted.items(), key=lambda item: -item[1])[:LISTED]
    return "\n".join(f"{kind_word(kind)}: {number}" for kind, number in lines)

"""Once a day whoever owes a paper is told: hand-overs and loans that come due or are late."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site
from xinheng.base.messages import services as messages
from xinheng.base.messages.values import NewMessage
from xinheng.facts.custody import policy
from xinheng.facts.custody.models import Handover, Loan


@transaction.atomic
def remind(*, actor: Actor, on: date, at: datetime) -> int:
    """Remind of what comes due within the days of the document, or is late; each thing once a day. How many.

    Who has no address in the document finds it on the first page. Refuses: AccessDenied.
    """
    require(actor, "custody.write", f"day:{on}")
    rules = policy.general(on)
    ahead = timedelta(days=rules.remind_before or 0)
    told = Q(reminded_on__lt=on) | Q(reminded_on__isnull=True)
    handovers = Handover.objects.filter(told, state__in=("open", "returned"), due_on__lte=on + ahead)
    handovers = handovers.exclude(owner="")
    loans = Loan.objects.filter(told, returned_at__isnull=True, due_at__lte=at + ahead).select_related(
        "paper"
    )
    words = defaultdict(list)
    for one in handovers:
        words[one.owner].append(_("Hand over %(what)s by %(on)s") % {"what": one.subject, "on": one.due_on})
    for loan in loans:
        due = at_site(loan.due_at).strftime("%Y-%m-%d %H:%M")
        words[loan.holder].append(_("Return %(what)s by %(on)s") % {"what": loan.paper.label, "on": due})
    new = [
        NewMessage(
            rules.reminded_by, login, rules.addresses[login], _("Papers to hand over or return"),
            "\n".join(lines), subject=f"person:{login}", about="custody",
        )
        for login, lines in sorted(words.items())
        if login in rules.addresses
    ]  # fmt: skip
    messages.send_all(new, on=on, by=actor.login)
    number = len(handovers) + len(loans)
    Handover.objects.filter(pk__in=[one.pk for one in handovers]).update(reminded_on=on)
    Loan.objects.filter(pk__in=[one.pk for one in loans]).update(reminded_on=on)
    after = {"reminded": number, "people": len(words), "sent": len(new)}
    record(actor=actor, act="custody.remind", subject=f"day:{on}", on=on, after=after)
    return number

"""What dossiers call a person for: papers that are missing or run out, files without a keeper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers.values import Wanted
from xinheng.web.pages.attention import SHOWN, Call, Line

MANY = 5_000  # dossiers from which on the work lists are only counted where they are opened


def of_dossiers(actor: Actor, on: date) -> Iterator[Call]:
    """Dossiers in which papers run out or are missing, for who keeps dossiers; drafts, for who confirms."""
    if not actor.may("dossiers.read") or dossiers.dossiers_visible(actor, on)[MANY : MANY + 1].exists():
        return
    counts = dossiers.work_counts(actor, on)
    if actor.may("dossiers.write"):
        if number := counts["expiring"]:
            words = ngettext(
                "dossier with papers that run out soon", "dossiers with papers that run out soon", number
            )
            yield _call(actor, on, "expiring", number, words)
        if number := counts["incomplete"]:
            words = ngettext("dossier that lacks papers", "dossiers that lack papers", number)
            yield _call(actor, on, "incomplete", number, words)
    if actor.may("dossiers.file") and (number := counts["drafts"]):
        words = ngettext("dossier waits to be confirmed", "dossiers wait to be confirmed", number)
        yield _call(actor, on, "drafts", number, words)


def _call(actor: Actor, on: date, only: str, number: int, sentence: str) -> Call:
    few = dossiers.dossiers(actor, Wanted(only=only), on)[:SHOWN]
    return Call(
        code=f"dossiers_{only}",
        tone="warn" if only == "expiring" else "note",
        icon="folders",
        number=f"{number:,}",
        sentence=sentence,
        address=f"{reverse('dossiers')}?only={only}",
        act=_("To the dossiers"),
        lines=tuple(Line(one.title, reverse("dossier", args=[one.no]), one.no) for one in few),
    )

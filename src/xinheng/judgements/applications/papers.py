"""Papers of an application, kept unchanged in the archive beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.judgements.applications import allowing, defining, held
from xinheng.judgements.applications.errors import ApplicationInvalid
from xinheng.judgements.applications.models import Application


@transaction.atomic
def keep_papers(
    *, actor: Actor, on: date, application_id: int, paper: str, uploads: Sequence[Upload]
) -> list[Attached]:
    """Keep papers of an application, all or none, while it is a draft or was sent back.

    Refuses: AccessDenied, ApplicationUnknown, ApplicationNotOpen, NotYourApplication, ApplicationInvalid,
    and as the archive refuses.
    """
    access.require(actor, "applications.write", f"application:{application_id}")
    one, document = held.own(actor, application_id, "draft", "returned", on=on)
    if paper not in {asked.code for asked in document.papers}:
        words = _("The form asks for no paper %(paper)s.") % {"paper": paper[:48]}
        raise ApplicationInvalid(field="paper", cause=words)
    subject = allowing.paper_subject(one, paper)
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


def papers_of(actor: Actor, one: Application) -> dict[str, list[Attached]]:
    """The papers beside an application, by their codes; none for who may not read the archive."""
    asked = {
        allowing.paper_subject(one, paper.code): paper.code for paper in defining.kept(one.sha256).papers
    }
    found: dict[str, list[Attached]] = {code: [] for code in asked.values()}
    if actor.may("archive.read"):
        for each in kept.beside(list(asked)):
            found[asked[each.subject]].append(each)
    return found


def read_paper(*, actor: Actor, on: date, application_id: int, attachment_id: int) -> Content:
    """A paper beside an application, proven by its hash.

    Refuses: AccessDenied, ApplicationUnknown, AttachmentUnknown.
    """
    access.require(actor, "applications.read", f"application:{application_id}")
    access.require(actor, "archive.read", f"application:{application_id}")
    one = held.get_application(actor, application_id, on=on)
    for papers in papers_of(actor, one).values():
        for each in papers:
            if each.id == attachment_id:
                return archive.read(actor=actor, on=on, attachment_id=each.id, subject=each.subject)
    raise AttachmentUnknown(attachment=attachment_id)

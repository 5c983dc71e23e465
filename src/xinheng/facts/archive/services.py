"""Keeping documents unchanged, putting them beside a subject, and reading them back proven.

The archive knows no scope: who hands it a subject has looked first whether the actor reaches it.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import files, guarding, kinds, queries, showing, traces
from xinheng.facts.archive.errors import (
    DocumentEmpty,
    DocumentInUse,
    DocumentTooLarge,
    DocumentTypeRefused,
    DocumentWiped,
)
from xinheng.facts.archive.fixity import check_fixity, end_day
from xinheng.facts.archive.guarding import names, viruses
from xinheng.facts.archive.models import Attachment, Document
from xinheng.facts.archive.showing import page_count, preview, preview_way
from xinheng.facts.archive.values import Attached, Content, Upload

__all__ = [
    "attach",
    "check",
    "check_fixity",
    "content",
    "end_day",
    "keep",
    "page_count",
    "preview",
    "preview_way",
    "read",
    "show",
    "wipe",
]


def check(upload: Upload) -> str:
    """The media type of a file that may be kept.

    Refuses: DocumentEmpty, DocumentNameRefused, DocumentTooLarge, DocumentTypeRefused, DocumentDangerous,
    DocumentBomb, DocumentLocked, DocumentDamaged, DocumentInfected, DocumentNotScanned.
    """
    name = upload.file_name.strip()
    size = upload.size
    if not name or not size:
        raise DocumentEmpty(file=names.shown(name))
    names.look(name)
    most = settings.ARCHIVE_MOST_BYTES
    if size > most:
        raise DocumentTooLarge(file=name, megabytes=most // 2**20)
    with upload.open() as file:
        told = kinds.type_of_file(file, name)
        if told not in settings.ARCHIVE_TYPES:
            raise DocumentTypeRefused(file=name, type=told)
        guarding.look(file, name, told)
        viruses.scan(file, name)
    return told


@transaction.atomic
def keep(*, actor: Actor, on: date, upload: Upload) -> Document:
    """Keep the bytes of a file; the same bytes again give the document that is there.

    Refuses: AccessDenied, DocumentWiped where the same bytes were destroyed by rule, and as `check` does.
    """
    access.require(actor, "archive.write")
    content_type = check(upload)
    with upload.open() as file:
        hashes = files.hashed(file)
        gone = Document.objects.filter(sha256=hashes.sha256, wiped_on__isnull=False).first()
        if gone is not None:
            raise DocumentWiped(file=upload.file_name.strip(), wiped_on=gone.wiped_on)
        files.write(file, hashes)
    told = {
        "size": hashes.size, "sm3": hashes.sm3, "content_type": content_type, "kept_by": actor.login,
        "kept_on": on, "checked_on": on,
    }  # fmt: skip
    kept, is_new = Document.objects.get_or_create(sha256=hashes.sha256, defaults=told)
    if is_new:
        after = {"size": kept.size, "type": content_type, "sm3": kept.sm3}
        record(actor=actor, act="archive.keep", subject=f"document:{kept.sha256}", on=on, after=after)
    return kept


@transaction.atomic
def attach(*, actor: Actor, on: date, subject: str, upload: Upload) -> Attached:
    """Keep a file and put it beside a subject ("survey:7"); the same again by the same name is one.

    Refuses: AccessDenied, and as `keep` does.
    """
    access.require(actor, "archive.write", subject)
    kept = keep(actor=actor, on=on, upload=upload)
    attachment, is_new = Attachment.objects.get_or_create(
        subject=subject,
        document=kept,
        file_name=upload.file_name.strip()[-200:],
        defaults={"note": upload.note.strip()[:200], "attached_by": actor.login, "attached_on": on},
    )
    if is_new:
        after = {
            "attachment": attachment.pk, "file": attachment.file_name, "sha256": kept.sha256,
            "size": kept.size, "type": kept.content_type,
        }  # fmt: skip
        record(actor=actor, act="archive.attach", subject=subject, on=on, after=after)
    return queries.attached(attachment)


@transaction.atomic
def read(*, actor: Actor, on: date, attachment_id: int, subject: str) -> Content:
    """The bytes of an attachment of a subject, proven by their hash; the trail notes who took them.

    A picture goes without the traces of place and device to who may not see sensitive fields.
    Refuses: AccessDenied, AttachmentUnknown, DocumentAltered where the file is not what came in,
    DocumentWiped.
    """
    access.require(actor, "archive.read", subject)
    found = queries.get(attachment_id, subject=subject)
    document = Document.objects.get(sha256=found.sha256)
    proven = showing.proven(document, found.file_name)
    served = traces.served(proven, found.content_type, actor)
    after = {"attachment": found.id, "file": found.file_name, "sha256": found.sha256}
    record(actor=actor, act="archive.read", subject=subject, on=on, after=after)
    return Content(found, served, is_original=served == proven)


@transaction.atomic
def content(document: Document, *, actor: Actor, on: date, subject: str) -> bytes:
    """The bytes of a document, proven by their hash; the trail notes that they were taken for a subject.

    The caller has looked whether the actor reaches the subject. A picture goes as `read` gives it.
    Refuses: AccessDenied, DocumentAltered, DocumentWiped.
    """
    access.require(actor, "archive.read", subject)
    proven = showing.proven(document)
    after = {"sha256": document.sha256, "size": document.size}
    record(actor=actor, act="archive.read", subject=subject, on=on, after=after)
    return traces.served(proven, document.content_type, actor)


@transaction.atomic
def show(  # noqa: PLR0913 - each a fact of one look
    document: Document, page: int, *, actor: Actor, on: date, subject: str, width: int, watermark: str = ""
) -> bytes:
    """One page of a document as a PNG for a subject; the trail notes who looked at which page.

    The caller has looked whether the actor reaches the subject.
    Refuses: AccessDenied, DocumentWiped, DocumentAltered, PreviewNotThere.
    """
    access.require(actor, "archive.read", subject)
    drawn = preview(document, page, width=width, watermark=watermark)
    after = {"sha256": document.sha256, "page": page}
    record(actor=actor, act="archive.show", subject=subject, on=on, after=after)
    return drawn


@transaction.atomic
def wipe(document: Document, *, actor: Actor, on: date, reason: str) -> None:
    """Overwrite and remove the bytes of a document; the row stays with its hashes and the day.

    The caller has looked whether the term is over and nothing holds it. Safe to repeat, also on files that
    a restored backup brought back. Refuses: AccessDenied, DocumentInUse where it stands beside a subject.
    """
    act = "privacy.erase" if actor.may("privacy.erase") else "retention.destroy"
    access.require(actor, act, f"document:{document.sha256}")
    row = Document.objects.select_for_update().get(pk=document.pk)
    beside = Attachment.objects.filter(document=row).values_list("subject", flat=True).first()
    if beside is not None:
        raise DocumentInUse(sha256=row.sha256, subject=beside)
    before = {"size": row.size, "type": row.content_type, "sm3": row.sm3}
    row.wiped_on, row.fault = row.wiped_on or on, ""
    row.save(update_fields=["wiped_on", "fault"])
    document.wiped_on = row.wiped_on
    record(
        actor=actor, act="archive.wipe", subject=f"document:{row.sha256}", on=on, before=before, reason=reason
    )
    transaction.on_commit(lambda: _gone(row.sha256))


def _gone(sha256: str) -> None:
    files.wipe(sha256)
    showing.forget()

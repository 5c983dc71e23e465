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
from xinheng.facts.archive import files, kinds, queries
from xinheng.facts.archive.errors import (
    DocumentAltered,
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
)
from xinheng.facts.archive.models import Attachment, Document
from xinheng.facts.archive.values import Attached, Content, Upload


def check(upload: Upload) -> str:
    """The media type of a file that may be kept.

    Refuses: DocumentEmpty, DocumentTooLarge, DocumentTypeRefused.
    """
    name = upload.file_name.strip()
    if not name or not upload.content:
        raise DocumentEmpty(file=name)
    most = settings.ARCHIVE_MOST_BYTES
    if len(upload.content) > most:
        raise DocumentTooLarge(file=name[:200], megabytes=most // 2**20)
    told = kinds.type_of(upload.content, name)
    if told not in settings.ARCHIVE_TYPES:
        raise DocumentTypeRefused(file=name[:200], type=told)
    return told


@transaction.atomic
def keep(*, actor: Actor, on: date, upload: Upload) -> Document:
    """Keep the bytes of a file; the same bytes again give the document that is there.

    Refuses: AccessDenied, and as `check` does.
    """
    access.require(actor, "archive.write")
    content_type = check(upload)
    sha256 = files.write(upload.content)
    told = {
        "size": len(upload.content), "content_type": content_type, "kept_by": actor.login, "kept_on": on,
    }  # fmt: skip
    kept, is_new = Document.objects.get_or_create(sha256=sha256, defaults=told)
    if is_new:
        after = {"size": kept.size, "type": content_type}
        record(actor=actor, act="archive.keep", subject=f"document:{sha256}", on=on, after=after)
    return kept


@transaction.atomic
def attach(*, actor: Actor, on: date, subject: str, upload: Upload) -> Attached:
    """Keep a file and put it beside a subject ("survey:7"); the same again by the same name is one.

    Refuses: AccessDenied, and as `check` does.
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

    Refuses: AccessDenied, AttachmentUnknown, DocumentAltered where the file is not what came in.
    """
    access.require(actor, "archive.read", subject)
    found = queries.get(attachment_id, subject=subject)
    content = files.read(found.sha256)
    if content is None or len(content) != found.size:
        raise DocumentAltered(file=found.file_name, sha256=found.sha256)
    after = {"attachment": found.id, "file": found.file_name, "sha256": found.sha256}
    record(actor=actor, act="archive.read", subject=subject, on=on, after=after)
    return Content(found, content)

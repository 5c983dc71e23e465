"""Questions to the archive."""

from __future__ import annotations

from collections.abc import Collection

from xinheng.facts.archive import files
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.models import Attachment, Document
from xinheng.facts.archive.values import Attached


def attached(row: Attachment) -> Attached:
    """An attachment without its bytes."""
    kept = row.document
    return Attached(
        id=row.pk,
        subject=row.subject,
        file_name=row.file_name,
        note=row.note,
        sha256=kept.sha256,
        size=kept.size,
        content_type=kept.content_type,
        attached_by=row.attached_by,
        attached_on=row.attached_on,
    )


def beside(subjects: Collection[str]) -> list[Attached]:
    """What stands beside some subjects, in the order it came; the caller has looked who may see them."""
    rows = Attachment.objects.filter(subject__in=subjects).select_related("document").order_by("id")
    return [attached(row) for row in rows]


def get(attachment_id: int, *, subject: str) -> Attached:
    """One attachment of a subject. Refuses: AttachmentUnknown."""
    rows = Attachment.objects.filter(pk=attachment_id, subject=subject).select_related("document")
    row = rows.first()
    if row is None:
        raise AttachmentUnknown(attachment=attachment_id)
    return attached(row)


def altered() -> list[str]:
    """Hashes of documents whose kept file is gone or is not what came in, in order."""
    hashes = Document.objects.order_by("sha256").values_list("sha256", flat=True)
    return [sha256 for sha256 in hashes.iterator() if files.read(sha256) is None]

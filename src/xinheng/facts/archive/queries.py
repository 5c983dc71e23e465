"""Questions to the archive."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Min, Q, Sum

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import files
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.models import Attachment, Document, FixityFault, FixityRun
from xinheng.facts.archive.proving import hash_of, infected, not_as_kept, unreadable
from xinheng.facts.archive.values import Attached, Fixity, Holding

__all__ = [
    "altered",
    "attached",
    "beside",
    "document",
    "faulty",
    "fixity",
    "fixity_runs",
    "get",
    "has_bytes",
    "hash_of",
    "holding",
    "infected",
    "not_as_kept",
    "stand_beside",
    "unreadable",
]

MOST_FAULTS = 1000  # of one check that are told


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


def document(sha256: str) -> Document | None:
    """The row of a document by its hash, also where its bytes are gone."""
    return Document.objects.filter(sha256=sha256).first()


def subjects_of(sha256: str) -> list[str]:
    """What a document stands beside, by its hash, in order; the caller looks who may see it."""
    rows = Attachment.objects.filter(document__sha256=sha256).order_by("id")
    return list(dict.fromkeys(rows.values_list("subject", flat=True)))


def stand_beside(hashes: Collection[str]) -> set[str]:
    """Those of some documents, by their hashes, that stand beside a subject: their bytes stay."""
    rows = Attachment.objects.filter(document__sha256__in=hashes)
    return set(rows.order_by().values_list("document__sha256", flat=True).distinct())


def has_bytes(sha256: str) -> bool:
    """Whether the bytes of a document lie in one of the folders."""
    folders = filter(None, (files.folder(), files.copy_folder()))
    return any(files.path_of(sha256, within).exists() for within in folders)


def altered() -> list[str]:
    """Hashes of documents whose kept file is gone or is not what came in, in order; read now."""
    rows = Document.objects.filter(wiped_on=None).order_by("sha256").values_list("sha256", flat=True)
    return [
        sha256
        for sha256 in rows.iterator()
        if (files.look(sha256, both=False) or files.NONE).sha256 != sha256
    ]


def fixity(run: FixityRun) -> Fixity:
    """A check with what it found."""
    rows = FixityFault.objects.filter(run=run).order_by("id").values_list("document__sha256", "fault")
    return Fixity(
        run=run.pk,
        of_all=run.of_all,
        begun_on=run.begun_on,
        begun_by=run.begun_by,
        documents=run.documents,
        bytes=run.bytes,
        seconds=run.seconds,
        faults=tuple(rows[:MOST_FAULTS]),
        is_finished=run.is_finished,
    )


def fixity_runs(actor: Actor, *, most: int = 20) -> list[Fixity]:
    """The last checks, the newest first. Refuses: AccessDenied."""
    _require_insight(actor)
    return [fixity(run) for run in FixityRun.objects.order_by("-id")[:most]]


def holding(actor: Actor) -> Holding:
    """What the archive holds as a whole. Refuses: AccessDenied."""
    _require_insight(actor)
    there = Q(wiped_on=None)
    told = Document.objects.aggregate(
        documents=Count("id", filter=there),
        bytes=Sum("size", filter=there, default=0),
        wiped=Count("id", filter=~there),
        faulty=Count("id", filter=there & ~Q(fault="")),
        never_checked=Count("id", filter=there & Q(checked_on=None)),
        oldest_check=Min("checked_on", filter=there),
    )
    return Holding(**told)


def faulty(actor: Actor, *, most: int = 200) -> list[Document]:
    """Documents that the last check found altered or gone. Refuses: AccessDenied."""
    _require_insight(actor)
    return list(Document.objects.filter(wiped_on=None).exclude(fault="").order_by("checked_on", "id")[:most])


def _require_insight(actor: Actor) -> None:
    """Who proves the files sees the proofs, and who audits does."""
    access.require(actor, "audit.read" if actor.may("audit.read") else "archive.check", "archive")

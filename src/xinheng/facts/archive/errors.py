"""What the archive refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class DocumentEmpty(Refusal):
    """The file has no name or nothing in it."""

    code = "document_empty"
    text = _("The file “%(file)s” is empty or has no name.")


class DocumentTooLarge(Refusal):
    """The file is larger than the site allows."""

    code = "document_too_large"
    status = 413
    text = _("The file “%(file)s” is larger than %(megabytes)s MB.")


class DocumentTypeRefused(Refusal):
    """The bytes are of a type that the site does not keep."""

    code = "document_type_refused"
    text = _("The file “%(file)s” is of a type that is not kept: %(type)s.")


class AttachmentUnknown(Refusal):
    """There is no such attachment, or it is out of reach."""

    code = "attachment_unknown"
    status = 404
    text = _("There is no attachment %(attachment)s.")


class DocumentAltered(Refusal):
    """The kept file is not the one that came in, or it is gone."""

    code = "document_altered"
    status = 409
    text = _("The kept file “%(file)s” was altered or is missing: its hash is no longer %(sha256)s.")

"""What the archive refuses."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal

CAUSES: dict[str, str | Promise] = {
    "long": _("it is longer than 200 signs"),
    "turned": _("it has signs that turn the direction of reading"),
    "control": _("it has signs that cannot be seen"),
    "path": _("it leads to another folder"),
    "reserved": _("it is a name that an operating system keeps for itself"),
    "two_formats": _("it is two formats in one"),
    "script": _("it has a script in it"),
    "program": _("it has a program in it"),
    "files_within": _("it has other files in it"),
    "outside": _("it would load something from outside"),
    "entities": _("its text defines entities"),
    "path_within": _("a name inside it leads to another folder"),
    "pages": _("it has more than %(most)s pages"),
    "pixels": _("a picture of it has more than %(most)s pixels"),
    "page_size": _("a page of it is smaller or larger than any sheet"),
    "entries": _("it has more than %(most)s entries"),
    "unpacked": _("unpacked it is larger than %(most)s MB"),
    "ratio": _("it is packed more than %(most)s times"),
    "overlap": _("its entries overlap"),
    "nested": _("it has an archive inside"),
}


class _WithCause(Refusal):
    """A refusal whose cause is one of CAUSES, worded when it is shown."""

    def __str__(self) -> str:
        cause = str(CAUSES[self.params["cause"]]) % self.params
        return str(self.text) % {**self.params, "cause": cause}


class DocumentEmpty(Refusal):
    """The file has no name or nothing in it."""

    code = "document_empty"
    text = _("The file “%(file)s” is empty or has no name.")


class DocumentNameRefused(_WithCause):
    """The name of the file leads somewhere else or deceives."""

    code = "document_name_refused"
    text = _("The name of the file “%(file)s” is not kept: %(cause)s.")


class DocumentTooLarge(Refusal):
    """The file is larger than the site allows."""

    code = "document_too_large"
    status = 413
    text = _("The file “%(file)s” is larger than %(megabytes)s MB.")


class DocumentTypeRefused(Refusal):
    """The bytes are of a type that the site does not keep."""

    code = "document_type_refused"
    text = _("The file “%(file)s” is of a type that is not kept: %(type)s.")


class DocumentDangerous(_WithCause):
    """The file would do something, or is more than it says."""

    code = "document_dangerous"
    text = _("The file “%(file)s” is not kept: %(cause)s.")


class DocumentBomb(_WithCause):
    """The file would fill a machine that opens it."""

    code = "document_bomb"
    text = _("The file “%(file)s” is not kept because it would grow without measure: %(cause)s.")


class DocumentLocked(Refusal):
    """The file asks for a password: nobody could read it later, and nobody can look into it now."""

    code = "document_locked"
    text = _("The file “%(file)s” is locked with a password. Take the lock off and send it again.")


class DocumentDamaged(Refusal):
    """The file cannot be opened as what it is."""

    code = "document_damaged"
    text = _("The file “%(file)s” is damaged, or is not what its ending says.")


class DocumentInfected(Refusal):
    """The scanner found a virus."""

    code = "document_infected"
    text = _("The scanner found %(virus)s in the file “%(file)s”.")


class DocumentNotScanned(Refusal):
    """A scanner is set, and it did not answer."""

    code = "document_not_scanned"
    status = 503
    text = _("The file “%(file)s” was not scanned for viruses: the scanner does not answer. Try again later.")


class DocumentWiped(Refusal):
    """The bytes were destroyed by rule; only the register knows of them."""

    code = "document_wiped"
    status = 410
    text = _("The document “%(file)s” was destroyed on %(wiped_on)s.")


class DocumentInUse(Refusal):
    """The bytes stand beside something else as well."""

    code = "document_in_use"
    status = 409
    text = _("The document %(sha256)s stands beside %(subject)s and is not destroyed.")


class PreviewNotThere(Refusal):
    """There is no page of that number, or the file cannot be shown."""

    code = "preview_not_there"
    status = 404
    text = _("Page %(page)s of “%(file)s” cannot be shown. Take the file to read it.")


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

"""What dossiers refuse."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class DossierKindsInvalid(Refusal):
    """A document of kinds or of numbers is wrong; nothing of it is used."""

    code = "dossier_kinds_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class DossierKindUnknown(Refusal):
    """No kind in force has this code."""

    code = "dossier_kind_unknown"
    status = 404
    text = _("There is no kind of dossier %(kind)s.")


class DossierUnknown(Refusal):
    """There is no such dossier, or it is out of reach or above the reader's clearance."""

    code = "dossier_unknown"
    status = 404
    text = _("There is no dossier %(dossier)s.")


class DossierExists(Refusal):
    """The object has its one dossier already."""

    code = "dossier_exists"
    status = 409
    text = _("%(subject)s has a dossier of this kind already: %(dossier)s.")


class DossierClosed(Refusal):
    """A closed dossier takes no further paper."""

    code = "dossier_is_closed"
    status = 409
    text = _("Dossier %(dossier)s was closed on %(closed_on)s.")


class DossierInvalid(Refusal):
    """A value of a dossier or a paper that cannot be."""

    code = "dossier_invalid"
    status = 422
    text = _("%(cause)s")


class LineUnknown(Refusal):
    """The checklist of the kind has no such line."""

    code = "line_unknown"
    status = 422
    text = _("The checklist of dossier %(dossier)s has no line %(line)s.")


class LineTaken(Refusal):
    """The line holds one paper, and it is there."""

    code = "line_taken"
    status = 409
    text = _("“%(line)s” takes one paper and has it: %(label)s. Replace it by a new version.")


class PaperUnknown(Refusal):
    """There is no such paper, or it is out of reach or above the reader's clearance."""

    code = "paper_unknown"
    status = 404
    text = _("There is no paper %(paper)s.")


class PaperGone(Refusal):
    """The paper is no longer in force."""

    code = "paper_gone"
    status = 409
    text = _("Paper %(label)s is no longer in force.")


class PapersMissing(Refusal):
    """Papers that have to be there first are not."""

    code = "papers_missing"
    status = 409
    text = _("Papers are missing in the dossier of %(subject)s: %(papers)s.")


class StageSkipped(Refusal):
    """Stages follow one another: collect, arrange, file, use."""

    code = "stage_skipped"
    status = 409
    text = _("“%(line)s” stands at “%(stage)s”; no stage is skipped on the way to “%(asked)s”.")


class ReasonMissing(Refusal):
    """The act needs a reason."""

    code = "dossier_reason_missing"
    status = 422
    text = _("Say why.")


class NumbersUsedUp(Refusal):
    """The serial has no digit left."""

    code = "numbers_used_up"
    status = 409
    text = _("The numbers of %(series)s are used up; give them more digits in the rule of numbers.")


class NotConfirmable(Refusal):
    """The dossier needs no confirmation, has it, or was written by the one who asks."""

    code = "dossier_not_confirmable"
    status = 409
    text = _("Dossier %(dossier)s cannot be confirmed by you: it is confirmed, needs none, or is your own.")


FOLDER_CAUSES: dict[str, str | Promise] = {
    "unreadable": _("it is no folder and no ZIP that can be read"),
    "locked": _("it is locked with a password"),
    "many": _("it holds more files than one import takes"),
    "not_a_sheet": _("it is no Excel file with the headings of a mapping sheet"),
}


class FolderUnusable(Refusal):
    """A folder, a ZIP or a mapping sheet cannot be read."""

    code = "folder_unusable"
    status = 422
    text = _("“%(file)s” cannot be used: %(cause)s.")

    def __str__(self) -> str:
        return str(self.text) % {**self.params, "cause": str(FOLDER_CAUSES[self.params["cause"]])}


class MapFaulty(Refusal):
    """A mapping sheet has rows that cannot be taken in; nothing was."""

    code = "map_faulty"
    status = 422
    text = _("%(faults)s faults in the sheet. The first: row %(row)s, %(file)s, field %(field)s: %(cause)s")


class PackageUnreadable(Refusal):
    """A file is no archival package of a dossier."""

    code = "package_unreadable"
    status = 422
    text = _("“%(file)s” is no archival package: it has no manifest that can be read.")


class NotArchived(Refusal):
    """The papers of a dossier lie outside what is archived: they are kept, and not filed."""

    code = "not_archived"
    status = 409
    text = _("What dossier %(dossier)s holds is outside the scope of the archive: it is kept, not filed.")

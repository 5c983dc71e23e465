"""Why a file, or an act on a batch, is turned down. Bad rows are values, never exceptions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class FileRefused(Refusal):
    """The file as a whole cannot be read; nothing of it was kept."""

    code = "file_refused"
    status = 422
    text = _("The file %(file_name)s cannot be read.")


class FileEmpty(FileRefused):
    """The file holds no bytes, or no rows."""

    code = "file_empty"
    text = _("The file %(file_name)s is empty.")


class FileWithoutRows(FileRefused):
    """A header, and nothing below it."""

    code = "file_without_rows"
    text = _("The file %(file_name)s has no rows below its header.")


class QuoteNotClosed(FileRefused):
    """Text whose rows run into each other, since a quotation mark is opened and not closed."""

    code = "quote_not_closed"
    text = _("In row %(row)s of %(file_name)s a quotation mark is opened and not closed.")


class FileTooLarge(FileRefused):
    """The file is larger than the site allows."""

    code = "file_too_large"
    status = 413
    text = _("The file %(file_name)s has %(size)s MB; at most %(limit)s MB are allowed.")


class FileExpandsTooMuch(FileRefused):
    """A compressed file whose content is far larger than itself: a zip bomb, or made like one."""

    code = "file_expands_too_much"
    text = _("The file %(file_name)s would expand beyond what is allowed (%(detail)s).")


class FileHasMacros(FileRefused):
    """A workbook that carries programs."""

    code = "file_has_macros"
    text = _("The workbook %(file_name)s carries macros. Save it as .xlsx without macros.")


class FileEncrypted(FileRefused):
    """A workbook or archive with a password."""

    code = "file_encrypted"
    text = _("The file %(file_name)s is protected by a password. Save it without one.")


class FileIsWebPage(FileRefused):
    """HTML or XML that carries the ending of a workbook."""

    code = "file_is_web_page"
    text = _("The file %(file_name)s is a web page, not a workbook. Open it in Excel and save it as .xlsx.")


class FileNotATable(FileRefused):
    """Neither a workbook, nor CSV, nor Parquet."""

    code = "file_not_a_table"
    text = _("The file %(file_name)s is not a table that can be read (%(detail)s).")


class EncodingUnknown(FileRefused):
    """Text whose encoding cannot be told, or that is not in the encoding it was said to be in."""

    code = "encoding_unknown"
    text = _("The text of %(file_name)s is in no encoding that can be told (%(detail)s).")


class UnitForeign(FileRefused):
    """Amounts in another currency, and nothing says in which."""

    code = "unit_foreign"
    text = _("The amounts are in %(unit)s; give the source's currency, or assign a column to the currency.")


class ColumnsMissing(FileRefused):
    """Required fields to which no column of the file is assigned."""

    code = "columns_missing"
    text = _("No column of %(file_name)s is assigned to: %(fields)s.")


class ControlTotalDiffers(FileRefused):
    """The file's own total is not the sum of its rows."""

    code = "control_total_differs"
    text = _("The total in row %(row)s of %(file_name)s is %(told)s, but its rows add up to %(found)s.")


class ControlCountDiffers(FileRefused):
    """The file does not hold the rows or the sum that were announced."""

    code = "control_count_differs"
    text = _("%(file_name)s was announced with %(told)s, but holds %(found)s.")


class KindUnknown(Refusal):
    """No such kind of data."""

    code = "kind_unknown"
    text = _("There is no kind of data called %(kind)s.")


class SourceUnknown(Refusal):
    """No such source, or one of another kind."""

    code = "source_unknown"
    status = 404
    text = _("There is no source %(source)s for this kind of data.")


class MappingInvalid(Refusal):
    """A mapping names a field the kind does not have, or a field twice."""

    code = "mapping_invalid"
    text = _("The assignment of columns is not valid: %(detail)s.")


class SettingInvalid(Refusal):
    """A setting of a source that does not exist, or with a value it cannot have."""

    code = "setting_invalid"
    text = _("The setting %(name)s cannot be %(value)s.")


class BatchUnknown(Refusal):
    """No such batch, or not one the actor may see."""

    code = "batch_unknown"
    status = 404
    text = _("There is no import %(batch_no)s.")


class BatchBusy(Refusal):
    """Another process is working on the batch."""

    code = "batch_busy"
    status = 409
    text = _("The import %(batch_no)s is being worked on.")


class BatchInWrongState(Refusal):
    """The act does not fit what became of the batch."""

    code = "batch_in_wrong_state"
    status = 409
    text = _("The import %(batch_no)s cannot do this any more: it is %(state)s.")


class RowsRejected(Refusal):
    """All or none was asked for, and some rows were rejected."""

    code = "rows_rejected"
    status = 409
    text = _(
        "%(rows)s rows of the import %(batch_no)s are rejected; nothing was posted. "
        "Correct them, or take the good rows only."
    )


class ChangedMeanwhile(Refusal):
    """What is posted changed between check and posting, twice."""

    code = "changed_meanwhile"
    status = 409
    text = _("What is posted changed while the import %(batch_no)s was checked. Check it again.")


class ImportCancelled(Refusal):
    """A person cancelled the work; what was begun is undone."""

    code = "import_cancelled"
    status = 409
    text = _("The import %(batch_no)s was cancelled.")


class PosterMissing(Refusal):
    """No room has offered to post this kind of rows."""

    code = "poster_missing"
    status = 501
    text = _("Rows of the kind %(kind)s cannot be posted yet.")

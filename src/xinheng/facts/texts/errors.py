"""What the room of texts refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class WordsMissing(Refusal):
    """Nothing to search for: no letter, sign or digit was typed."""

    code = "words_missing"
    text = _("Type at least one sign, letter or digit to search for.")


class ReadingUnknown(Refusal):
    """No paper within reach has such a document, or nothing of it waits."""

    code = "reading_unknown"
    status = 404
    text = _("There is no failed reading %(document)s.")


class ReadingBusy(Refusal):
    """Another process reads papers on this folder."""

    code = "reading_busy"
    status = 409
    text = _("Papers are being read already; that work goes on by itself.")

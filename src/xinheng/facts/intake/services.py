"""The acts of taking files in."""

from __future__ import annotations

from xinheng.facts.intake.batches import cancel, choose_mode, limits, receive, set_mapping
from xinheng.facts.intake.offers import offer_poster
from xinheng.facts.intake.plain_tables import amounts_of, days_of, opened, table_of
from xinheng.facts.intake.sets import parts_of
from xinheng.facts.intake.shown import look, preview, progress
from xinheng.facts.intake.sources import new_source, save_source
from xinheng.facts.intake.workbooks import rejects_workbook, template
from xinheng.facts.intake.working import import_file, post, read_and_check, resume, take_in

__all__ = [
    "amounts_of",
    "cancel",
    "choose_mode",
    "days_of",
    "import_file",
    "limits",
    "look",
    "new_source",
    "offer_poster",
    "opened",
    "parts_of",
    "post",
    "preview",
    "progress",
    "read_and_check",
    "receive",
    "rejects_workbook",
    "resume",
    "save_source",
    "set_mapping",
    "table_of",
    "take_in",
    "template",
]

"""The demonstration company's scan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.facts.texts import sheets
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers.models import Paper
from xinheng.facts.texts import queries
from xinheng.runs.demonstration.scanning import TITLE, scan_a_letter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_letter_is_scanned_once_and_waits_to_be_recognised(
    chief: Actor, day: date, settings: Any, tmp_path: Path
) -> None:
    settings.ARCHIVE_FOLDER = tmp_path
    scan_a_letter(actor=chief, on=day)  # no file to put it into
    assert not Paper.objects.exists()
    sheets.company()
    sheets.file_of("C-1", day)

    for _ in range(2):
        scan_a_letter(actor=chief, on=day)

    paper = Paper.objects.get()
    assert (paper.title, paper.document.content_type) == (TITLE, "image/jpeg")
    assert queries.progress(chief).queued == 1

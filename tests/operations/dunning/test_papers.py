"""The demand on paper: lines that add up, the sum in capital figures, and the same bytes ever after."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.operations.dunning.conftest import DUE, Reminding
from xinheng.base.messages import queries as messages
from xinheng.base.messages import services as sending
from xinheng.operations.dunning import queries
from xinheng.reports import reminder_letters

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_demand_lists_its_lines_sums_and_slip_and_is_kept_as_it_went_out(desk: Reminding) -> None:
    desk.owe("B-1", "2026-05-20", "1000.00")
    desk.owe("I-1", "2026-05-21", "12.30", kind="interest", arises_from="B-1")
    desk.owe("K-1", "2026-05-20", "-100.00")
    for on in ("2026-05-21", "2026-05-27", "2026-06-04"):
        run = desk.run(on)
    (letter,) = desk.letters(run)
    assert letter.level == 3
    with translation.override("zh-hans"):
        told = reminder_letters.told_of(queries.letter_by_key(letter.pk))
    assert [row[:7] for row in told["rows"]] == [
        ["1", "B-1", "2026-05-01", "2026-05-20", "1,000.00", "900.00", "15"],
        ["2", "I-1", "2026-05-01", "2026-05-21", "12.30", "12.30", "14"],
    ]
    assert told["total"][1:3] == ["1,012.30", "912.30"]
    body = "".join(told["body"])
    assert (
        "共计人民币 912.30（大写：人民币玖佰壹拾贰元叁角整），其中本金900.00，已计收违约金及费用12.30" in body
    )
    assert "2026年6月11日前" in body
    assert "912.30" in told["slip"]["text"]

    paper = sending.paper_of(f"dunning_letter:{letter.pk}")
    assert paper.content.startswith(b"%PDF")
    again = reminder_letters.reminder_letter(actor=desk.actor, on=desk.on, letter_id=letter.pk)
    assert (again.content, again.sha256) == (paper.content, paper.sha256)
    (mail,) = messages.about([f"dunning_letter:{letter.pk}"]).filter(way="email")
    assert mail.paper == f"dunning_letter:{letter.pk}"


def test_a_letter_that_was_not_sent_is_shown_and_not_kept(desk: Reminding) -> None:
    desk.owe("B-1", DUE, "1000.00")
    (letter,) = desk.letters(desk.plan("2026-06-02"))
    paper = reminder_letters.reminder_letter(actor=desk.actor, on=desk.on, letter_id=letter.pk)
    assert paper.content.startswith(b"%PDF")
    assert not paper.sha256
    letter.refresh_from_db()
    assert letter.paper_id is None

"""The demonstration company keeps people's data, once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy.models import PersonRequest, PersonSubject, Sharing
from xinheng.runs.demonstration.consenting import keep_people

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = date(2026, 6, 30)


def test_three_people_are_kept_once_one_asks_and_one_is_past_the_term(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    for number in range(3):
        new = NewCustomer(no=f"C-{number}", name=f"第{number}食品有限公司")
        customers.register(actor=system_actor(), on=DAY, new=new, despite_like_names=True)
    for _time in range(2):
        keep_people(actor=system_actor(), on=DAY, effective_from=DAY - timedelta(days=400))
    assert PersonSubject.objects.count() == 3
    assert PersonRequest.objects.get().state == "open"
    assert Sharing.objects.get().items == ["mobile"]
    assert [one.person.name for one in privacy.candidates(system_actor(), on=DAY)] == ["吴建国"]

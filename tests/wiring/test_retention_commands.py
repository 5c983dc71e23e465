"""Terms, holds, the register and grades on the command line; the demonstration company has some of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.facts.retention.company import papers, people
from tests.wiring.conftest import Typed
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.retention.models import Appraisal, Hold
from xinheng.runs.demonstration.retaining import keep_for_terms
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


def test_terms_holds_and_grades_by_command(founded: Typed, tmp_path: Path) -> None:
    on = business_day()
    people(on)
    old = papers(("旧函", "internal", date(2012, 3, 1), "D10"))["旧函"]

    assert [row["label"] for row in founded.json("retention", "list")] == [old.label]
    assert founded.json("retention", "list", "--as-of", "2022-12-31") == []
    assert founded.json("retention", "fix") == {"fixed": 0, "begun": 0}
    hold = founded.json("retention", "hold", "paper", old.label, "诉讼")["id"]
    assert founded.json("retention", "hold", "paper", old.label, "再次", code=1)["refused"] == "hold_invalid"
    assert founded.json("retention", "release", str(hold), "结案") == {"id": hold}
    assert founded.json("retention", "lists") == []
    written = tmp_path / "register.xlsx"
    founded.run("retention", "register", "--out", str(written))
    assert written.stat().st_size > 0
    assert founded.json("retention", "reapply") == {}
    refused = founded.json("retention", "paper", "XH0", "--out", str(tmp_path / "x.pdf"), code=1)
    assert refused["refused"] == "destruction_unknown"
    grades = founded.json("secrecy", "list")
    assert [one["code"] for one in grades] == ["public", "internal", "secret", "confidential", "top_secret"]
    assert founded.json("secrecy", "propose", old.label, "secret", "含报价")["id"]
    assert founded.json("secrecy", "lapse") == {"lapsed": 0}

    for _again in range(2):  # once, however often it is asked
        keep_for_terms(actor=system_actor(), on=on)
    assert (Appraisal.objects.count(), Hold.objects.filter(released_on=None).count()) == (1, 1)

"""Personal data on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.wiring.conftest import Typed
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import NewAgreement, NewPerson, NewRequest
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_persons_requests_papers_and_what_a_restore_brought(
    founded: Typed, settings: Any, tmp_path: Path
) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    on: Any = business_day()
    agreed = NewAgreement(("service",), "form", "guest")
    new = NewPerson("hpt", "guest", "张小兰", agreed, {"mobile": "13800005678"})
    one = acts.register_person(actor=system_actor(), on=on, new=new)
    request = acts.receive_request(
        actor=system_actor(), on=on, person_no=one.no, new=NewRequest("know", on, "电话", proof="身份证")
    )
    assert [row["no"] for row in founded.json("privacy", "list")] == [one.no]
    assert "张小兰" not in founded.run("privacy", "list").stdout
    assert founded.json("privacy", "requests", "--late") == []
    assert founded.json("privacy", "answer", str(request.pk), "见附件") == {
        "id": request.pk,
        "state": "answered",
    }
    assert founded.json("privacy", "may-use", one.no, "service") == {"may_use": True}
    assert founded.json("privacy", "may-use", one.no, "marketing", code=3) == {"may_use": False}
    assert founded.json("privacy", "candidates", "--scheme", "hpt") == []
    asked = founded.json("privacy", "ask-erasure", one.no, "本人要求")
    told = founded.json("privacy", "erase", str(asked["id"]), code=1)
    assert told["refused"] == "erasure_stands"  # nobody approved it yet
    assert [row["state"] for row in founded.json("privacy", "erasures")] == ["asked"]
    for words in (("notice", "hpt", "guest"), ("access-log", one.no)):
        target = tmp_path / f"{words[0]}.pdf"
        founded.json("privacy", *words, "--out", str(target))
        assert target.read_bytes()[:4] == b"%PDF"
    assert founded.json("privacy", "reapply") == {"erased": 0}
    assert founded.json("privacy", "watch") == {"alerts": 0}

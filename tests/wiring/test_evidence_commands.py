"""Questionnaires and evidence on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("SIX-14")
def test_a_form_is_printed_changed_checked_and_added(founded: Typed, tmp_path: Path) -> None:
    listed = {one["code"]: one for one in founded.json("forms", "list")}
    assert listed["adv_investigation"]["version"] == "1"
    text = founded.run("forms", "show", "fou_survey").stdout.replace("code: fou_survey", "code: visit")
    file, wrong = tmp_path / "visit.yaml", tmp_path / "wrong.yaml"
    file.write_text(text, "utf-8")
    wrong.write_text(text.replace("- phone", "- shoe_size"), "utf-8")

    assert "shoe_size" in founded.json("forms", "check", str(wrong), code=3)["problems"][0]
    assert founded.json("forms", "check", str(file))["ok"]
    refused = founded.run("forms", "add", str(wrong), "--from", "2026-01-01", code=1)
    assert "shoe_size" in refused.stdout + refused.stderr
    kept = founded.json("forms", "add", str(file), "--from", "2026-01-01")

    assert (kept["code"], kept["version"]) == ("visit", "1")
    assert "visit" in {one["code"] for one in founded.json("forms", "list")}
    assert "visit" not in {one["code"] for one in founded.json("forms", "list", "--as-of", "2025-12-31")}
    again = founded.json("forms", "draft", str(file))
    assert again["revision"] == 1

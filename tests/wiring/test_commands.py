"""Every command as typed: exit codes, JSON, and words instead of tracebacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.wiring.conftest import Typed
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "客户编号,客户名称,统一社会信用代码\nC-1,长江贸易有限公司,\nC-2,珠江机电有限公司,\n"
BILLS = "客户编号,账单号,开票日期,到期日,金额\nC-1,F-1,2024-05-01,2024-05-31,100.00\nC-X,F-2,2024-05-01,2024-05-31,7.00\n"


@pytest.mark.req("RR-13")
def test_wrong_usage_ends_with_two(founded: Typed, tmp_path: Path) -> None:
    for words in (
        ("import", "/no/such/file", "--kind", "bills"),
        ("measure", "--as-of", "2026-13-01"),
        ("policies", "check", "/no/such/policy"),
        ("template", "bills", str(tmp_path / "no" / "folder.xlsx")),
        ("resume", "first"),
        ("nothing",),
        ("people", "token", "admin", "erp", "--expires", "soon", "--permit", "customers.read"),
    ):
        founded.run(*words, code=2)


def test_refusals_are_worded_noted_and_end_with_one(founded: Typed) -> None:
    chinese = founded.run("people", "deactivate", "nobody", code=1).stderr
    english = Typed(founded.home, "en").run("people", "deactivate", "nobody", code=1).stderr
    told = founded.json("people", "deactivate", "nobody", code=1)

    assert "nobody" in chinese
    assert chinese != english
    assert told["refused"] == "person_unknown"
    noted = founded.json("audit", "search", "--outcome", "refused", "--limit", "3")
    assert {entry["act"] for entry in noted} == {"people.write"}
    assert noted[0]["actor_login"].startswith("cli:")
    x = str(founded.home / "x.xlsx")
    for words in (
        ("explain", "C-X"), ("replay", "999"), ("resume", "999"), ("cancel", "999"), ("ageing", "C-X"),
        ("indicators", "C-X"), ("rejected", "999", x), ("template", "colours", x),
        ("rate", "colours"), ("measure", "--as-of", "2199-01-01"), ("export", x, "--run", "999"),
        ("people", "end", "999"), ("people", "revoke-token", "999"), ("people", "assign", "admin", "x", "ROOT"),
    ):  # fmt: skip
        assert founded.json(*words, code=1)["refused"], words


def test_a_file_comes_in_and_its_bad_rows_go_out(founded: Typed, tmp_path: Path) -> None:
    customers, bills = tmp_path / "customers.csv", tmp_path / "bills.csv"
    customers.write_text(CUSTOMERS)
    bills.write_text(BILLS)

    assert founded.json("import", str(customers), "--kind", "customers")[0]["rows_accepted"] == 2
    shown = founded.run("import", str(bills), "--kind", "bills", code=3)
    assert "bills.csv" in shown.stdout
    taken = founded.json("import", str(bills), "--kind", "bills", "--good-rows", code=3)[0]
    assert (taken["state"], taken["rows_accepted"], taken["rows_rejected"]) == ("posted", 1, 1)
    again = founded.json("import", str(customers), "--kind", "customers")[0]
    assert (again["rows_accepted"], again["rows_known"]) == (0, 2)
    book = tmp_path / "rejected.xlsx"
    founded.run("rejected", str(taken["batch"]), str(book))
    assert book.read_bytes().startswith(b"PK")
    assert founded.json("ageing", "C-1", "--as-of", "2024-05-31")[0]["amount"] == "100.00"
    assert founded.json("ageing", "--as-of", "2024-04-30") == []
    assert [row["no"] for row in founded.json("customers", "珠江")] == ["C-2"]
    (tmp_path / "empty.csv").write_text("")
    assert (
        founded.json("import", str(tmp_path / "empty.csv"), "--kind", "bills", code=1)["refused"]
        == "file_empty"
    )
    founded.run("import", str(bills), code=2)
    assert founded.json("import", str(bills), "--kind", "colours", code=1)["refused"] == "kind_unknown"
    assert founded.json("import", str(tmp_path), "--source", "nobody", code=1)["refused"] == "source_unknown"


def test_measured_rated_explained_replayed_exported(founded: Typed, tmp_path: Path) -> None:
    rows = tmp_path / "customers.csv"
    rows.write_text(CUSTOMERS.replace("C-", "R-").replace("贸易", "贸"))
    founded.run("import", str(rows), "--kind", "customers")
    policy = Path(__file__).resolve().parents[2] / "packs" / "adv" / "policy.yaml"
    assert founded.json("policies", "check", str(policy))["ok"] is True
    founded.run("policies", "adopt", str(policy), "--from", "2024-01-01")
    assert [one["code"] for one in founded.json("policies", "list", "--as-of", "2024-06-30")] == ["adv"]
    left = {one["code"]: one["path"] for one in founded.json("policies", "list", "--shipped")}
    assert "adv" not in left
    assert Path(left["pts"]).is_file()
    assert "pts" in founded.run("policies", "list").stdout

    assert founded.json("measure", "--as-of", "2024-06-30")["customers"] >= 2
    run = founded.json("rate", "adv", "--as-of", "2024-06-30")[0]["run"]
    why = founded.json("explain", "R-1", "--as-of", "2024-06-30")
    assert (why["run_id"], why["policy_code"]) == (run, "adv")
    told = founded.run("explain", "R-1", "--run", str(run)).stdout
    assert "R-1" in told
    assert "未评定" in told  # what nobody answered, unlike what nothing was measured of
    assert "None" not in told
    assert founded.json("replay", str(run))["same"] is True
    assert "dso" in founded.json("indicators", "R-1", "--as-of", "2024-06-30")
    assert founded.json("indicators")
    founded.run("export", str(tmp_path / "run.xlsx"), "--run", str(run))
    founded.run("export", str(tmp_path / "all.xlsx"))

    results = next((founded.home / "ratings" / str(run)).glob("results*"))
    results.write_bytes(results.read_bytes()[:-1] + b"x")
    assert founded.json("replay", str(run), code=3)["same"] is False


def test_a_wrong_policy_is_named_with_file_line_and_cause(founded: Typed, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kind: rating\ncode: X Y\n")

    words = founded.run("policies", "check", str(wrong), code=3).stderr
    told = founded.json("policies", "check", str(wrong), code=3)

    assert f"{wrong}, 第 1 行" in words
    assert told["problems"]
    assert (
        founded.json("policies", "adopt", str(wrong), "--from", "2024-01-01", code=1)["refused"]
        == "policy_invalid"
    )
    wrong.write_bytes(b"\xff\xfe\x00")
    assert founded.json("policies", "check", str(wrong), code=1)["refused"] == "file_unreadable"


def test_people_units_and_tokens(founded: Typed) -> None:
    founded.run("people", "add-unit", "EAST", "华东部", "--parent", "ROOT")
    founded.run("people", "add", "wang", "王芳", "--role", "salesperson", "--unit", "EAST")
    assert Person.objects.get(login="wang").must_change_password
    assert not Person.objects.get(login="admin").must_change_password
    held = founded.json("people", "assign", "wang", "analyst", "EAST", "--until", "2199-01-01")
    assert [row["role"] for row in founded.json("people", "assignments") if row["login"] == "wang"] == [
        "salesperson", "analyst",
    ]  # fmt: skip
    founded.run("people", "end", str(held["assignment"]))
    assert founded.json("people", "unlock", "WANG") == {"login": "WANG", "attempts": 0}
    expires = "2199-01-01"
    assert founded.json(
        "people", "token", "wang", "erp", "--expires", expires, "--permit", "customers.read", code=1
    )
    founded.run("people", "password", "wang")
    founded.run("people", "deactivate", "wang", "--reason", "离职")
    founded.run("people", "reactivate", "wang")
    assert {one["login"] for one in founded.json("people", "list")} >= {"admin", "wang"}
    assert {one["code"] for one in founded.json("people", "units")} >= {"ROOT", "EAST"}
    assert len(founded.json("people", "roles")) >= 7
    assert founded.json("people", "tokens") == []


def test_the_trail_is_sealed_and_an_altered_entry_found(founded: Typed) -> None:
    assert founded.json("audit", "seal")["sealed"] > 0
    whole = founded.json("audit", "verify")
    assert whole["ok"] is True
    assert founded.json("audit", "verify", "--head", whole["head"])["ok"] is True
    assert founded.json("audit", "search", "--from", "2199-01-01") == []
    first = Entry.objects.order_by("id").first()
    assert first
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [first.pk])

    found = founded.json("audit", "verify", code=3)

    assert (found["ok"], found["first_altered"]) == (False, first.pk)
    assert str(first.pk) in founded.run("audit", "verify", code=3).stdout

"""A program takes a dossier's files, checks them, brings a folder in and proves what is kept."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.facts.archive import bad_files as bad
from tests.web.api.conftest import program
from tests.web.api.test_api_acts import ok
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.archive import files
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.models import Document
from xinheng.runs.services import business_day

pytestmark = pytest.mark.usefixtures("office")


def test_files_of_a_dossier_and_the_kept_files(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    asking, other = program("credit"), program("wang")
    new = {"kind": "general_customer", "title": "项目", "customer_no": "C-1", "facts": {"party": "company"}}
    no = ok(asking.post("/dossiers", new), 201)["no"]
    here = f"/dossiers/{no}"
    folder = bad.packed((f"{no}/营业执照.pdf", bad.pdf()))
    sheet = _sheet([[f"{no}/营业执照.pdf", no, "licence", "营业执照", "2026-01-02", "electronic"]])

    def sent(**told: str) -> dict[str, Any]:
        return {
            "folder": SimpleUploadedFile("f.zip", folder),
            "sheet": SimpleUploadedFile("m.xlsx", sheet),
            **told,
        }

    tried = ok(asking.send("/dossier-folders", sent(dry_run="true")))
    assert (tried["new"], tried["faults"]) == (1, [])
    assert ok(asking.send("/dossier-folders", sent(dry_run="false"), key="f1"))["new"] == 1
    assert ok(asking.send("/dossier-folders", sent(dry_run="false"), key="f2"))["there"] == 1

    with zipfile.ZipFile(io.BytesIO(ok_file(asking.get(f"{here}/files")))) as file:
        assert [name.rpartition(".")[2] for name in file.namelist()] == ["pdf", "xlsx"]
    package = ok_file(asking.get(f"{here}/package"))
    looked = ok(asking.send("/dossier-packages/check", {"package": SimpleUploadedFile("p.zip", package)}))
    assert (looked["dossier"], looked["files"], looked["faults"]) == (no, 3, [])
    assert ok_file(asking.get(f"{here}/labels")).startswith(b"%PDF-")
    checks = ok(asking.post(f"{here}/property-checks", {}))
    assert (checks["dossier"], len(checks["checks"])) == (no, 16)
    assert other.get(f"{here}/package").status_code in (403, 404)
    assert other.get("/archive").status_code == 403

    files.path_of(Document.objects.get().sha256).unlink()
    archive.check_fixity(actor=system_actor(), on=business_day())
    held = ok(asking.get("/archive"))
    assert (held["documents"], held["faulty"]) == (1, 1)
    assert ok(asking.get("/archive/checks"))[0]["faults"] == [
        {"sha256": Document.objects.get().sha256, "fault": "missing"}
    ]
    assert asking.get(f"{here}/package").json()["code"] == "document_altered"
    assert ok(asking.post("/archive/checks", {}, key="c1"), 202)["state"] == "waiting"


def ok_file(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return bytes(answer.content)


def _sheet(rows: list[list[str]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in [["path", "dossier", "item", "title", "formed_on", "copy_form"], *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()

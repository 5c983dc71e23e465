"""Kept files and files of dossiers on the command line: a folder in, a package out, all of it proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.facts.archive import bad_files as bad
from tests.wiring.conftest import Typed
from xinheng.facts.archive import files
from xinheng.facts.archive.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_folder_comes_in_and_goes_out_and_is_proven(founded: Typed, tmp_path: Path, settings: Any) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    (tmp_path / "customers.csv").write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n", "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    top = tmp_path / "旧档案"
    (top / "C-1").mkdir(parents=True)
    (top / "C-1" / "营业执照.pdf").write_bytes(bad.pdf())
    (top / "C-1" / "病.pdf").write_bytes(bad.pdf(root=b"/OpenAction<</S/Launch/F(x)>>"))
    sheet = str(tmp_path / "map.xlsx")
    founded.run("dossiers", "map", str(top), "--out", sheet)
    tried = founded.json("dossiers", "import", str(top), "--map", sheet, "--dry-run", code=3)
    assert (tried["new"], [one["field"] for one in tried["faults"]]) == (1, ["path"])
    assert (
        founded.json("archive", "look", str(top / "C-1" / "病.pdf"), code=1)["refused"]
        == "document_dangerous"
    )
    (top / "C-1" / "病.pdf").unlink()
    founded.run("dossiers", "map", str(top), "--out", sheet)
    assert founded.json("dossiers", "import", str(top), "--map", sheet)["new"] == 1
    no = founded.json("dossiers", "list")[0]["no"]

    package = str(tmp_path / "package.zip")
    founded.run("dossiers", "package", no, package)
    founded.run("dossiers", "take", no, str(tmp_path / "files.zip"))
    founded.run("dossiers", "labels", no, str(tmp_path / "labels.pdf"))
    assert founded.json("dossiers", "check-package", package)["faults"] == []
    assert len(founded.json("dossiers", "properties", no, code=3)) == 16

    assert founded.json("archive", "fixity")["faults"] == []
    files.path_of(Document.objects.get().sha256).unlink()
    assert founded.json("archive", "fixity", "--megabytes", "1", code=0)["documents"] == 0  # proven today
    assert founded.json("archive", "fixity", code=3)["faults"] == [[Document.objects.get().sha256, "missing"]]
    assert founded.json("archive", "holding")["faulty"] == 1
    assert len(founded.json("archive", "checks")) == 3

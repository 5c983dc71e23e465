"""Kept files at the pages: sent one by one, looked at page by page, proven; another's file is not there."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests import worlds
from tests.facts.archive import bad_files as bad
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.archive import files
from xinheng.facts.archive.models import Attachment, Document, FixityRun
from xinheng.facts.customers.models import Customer, FieldReport, Responsibility
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
SCRIPT = bad.pdf(root=b"/OpenAction<</S/JavaScript/JS(1)>>")


def office() -> None:
    """Lin manages credit, Shen sells and answers for C-8, Hao sells and answers for nobody."""
    root, start = system_actor(), business_day() - timedelta(days=400)
    access.load_shipped_roles(actor=root, on=start)
    access.create_unit(actor=root, on=start, code="HQ", name="公司", kind="group")
    for login, role in (("lin", "credit_manager"), ("shen", "salesperson"), ("hao", "salesperson")):
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=start, **told)
    Responsibility.objects.create(
        customer=customer("C-8"),
        unit=Unit.objects.get(code="HQ"),
        person=Person.objects.get(login="shen"),
        from_on=start,
    )


def person(login: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def called(client: Client) -> str:
    """What the first page calls a person for, on one line each."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words(client.get("/home/calls/"))))


def words(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any, tmp_path: Path) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(office)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def one_file(
    client: Client, address: str, name: str, content: bytes, **told: str
) -> tuple[int, dict[str, Any]]:
    answer = client.post(address, {"files": sent(name, content), **told}, headers={"X-Upload": "one"})
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def dossier() -> Dossier:
    lin = person("lin")
    told = {"customer_no": "C-8", "title": "C-8 信用档案", "fact_party": "company"}
    answer = lin.post(reverse("open_dossier") + "?kind=general_customer", told)
    assert answer.status_code == 302, words(answer)
    return Dossier.objects.get()


def test_files_are_sent_one_by_one_and_each_is_told_what_became_of_it(dossier: Dossier) -> None:
    lin, hao = person("lin"), person("hao")
    address = reverse("dossier_files", args=[dossier.no])
    told = {"item": "licence", "copy_form": "electronic"}
    assert "data-upload" in words(lin.get(address))
    status, kept = one_file(lin, address, "执照.pdf", bad.pdf(pages=2), **told)
    assert (status, kept["kept"], kept["next"]) == (200, True, address)
    status, refused = one_file(lin, address, "病.pdf", SCRIPT, **told)
    assert (status, refused["kept"], "病.pdf" in refused["words"], "脚本" in refused["words"]) == (
        422,
        False,
        True,
        True,
    )
    assert Entry.objects.filter(outcome="refused", reason__contains="病.pdf").count() == 1
    status, _answer = one_file(hao, address, "a.txt", b"x", **told)
    assert status == 404

    many = {
        **told,
        "item": "",
        "files": [sent("a.txt", b"a"), sent("b.exe", b"MZ" + bytes(99)), sent("c.txt", b"c")],
    }
    answer = lin.post(address, many, follow=True)
    assert "b.exe" in words(answer)
    assert list(Paper.objects.order_by("pk").values_list("title", "item")) == [
        ("执照", "licence"), ("a", ""), ("c", ""),
    ]  # fmt: skip
    assert lin.post(address, told).status_code == 422


@pytest.mark.req("RR-14")
def test_a_paper_is_looked_at_page_by_page_with_the_readers_name_and_hidden_from_others(
    dossier: Dossier,
) -> None:
    lin, hao = person("lin"), person("hao")
    one_file(lin, reverse("dossier_files", args=[dossier.no]), "执照.pdf", bad.pdf(pages=2), item="licence",
             copy_form="electronic")  # fmt: skip
    paper = Paper.objects.get()
    view = reverse("view_paper", args=[paper.label])
    page = words(lin.get(f"{view}?page=2"))
    assert reverse("paper_page", args=[paper.label, 2]) in page
    assert "?page=1" in page
    assert "?page=3" not in page
    answer = lin.get(reverse("paper_page", args=[paper.label, 2]))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "no-store")
    assert Image.open(io.BytesIO(answer.content)).width == 1100
    assert Entry.objects.get(act="archive.show").after["page"] == 2
    assert lin.get(reverse("paper_page", args=[paper.label, 3])).status_code == 404
    for name in ("view_paper", "take_paper"):
        assert hao.get(reverse(name, args=[paper.label])).status_code == 404
    assert hao.get(reverse("paper_page", args=[paper.label, 1])).status_code == 404
    assert Entry.objects.filter(actor_login="hao", outcome="refused").count() == 3

    with zipfile.ZipFile(
        io.BytesIO(b"".join(lin.get(reverse("take_dossier_files", args=[dossier.no]))))
    ) as file:
        assert [name.rpartition(".")[2] for name in file.namelist()] == ["pdf", "xlsx"]
    assert "真实性" in words(lin.post(reverse("check_properties", args=[dossier.no])))
    labels = lin.get(reverse("dossier_labels", args=[dossier.no]))
    assert labels.content.startswith(b"%PDF-")


def test_a_photo_beside_a_report_loses_its_place_for_who_may_not_see_it(dossier: Dossier) -> None:
    on, shen = business_day(), person("shen")
    report = FieldReport.objects.create(
        customer=Customer.objects.get(no="C-8"), kind="daily", text="走访", told_by="shen", told_on=on
    )
    address = reverse("papers_of_record", args=["report", report.pk])
    assert one_file(shen, address, "照片.jpg", bad.picture("JPEG", exif=True))[0] == 200
    attachment = Attachment.objects.get()
    take = reverse("paper_of_record", args=["report", report.pk, attachment.pk])
    answer = shen.get(take)
    assert (b"Exif" in answer.content, "X-Content-SHA256" in answer) == (False, False)
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    original = person("lin").get(take)
    assert (b"Exif" in original.content, original["X-Content-SHA256"]) == (
        True,
        Document.objects.get().sha256,
    )
    assert words(shen.get(take + "view/")).count(take + "view/1/") == 1
    assert shen.get(take + "view/1/").content.startswith(b"\x89PNG")
    for path in (take, take + "view/", take + "view/1/"):
        assert person("hao").get(path).status_code == 404
    assert Entry.objects.filter(actor_login="hao", outcome="refused").count() == 3


def test_a_folder_is_taken_in_and_a_package_looked_into_at_the_pages(dossier: Dossier) -> None:
    lin, address = person("lin"), reverse("import_dossiers")
    folder = bad.packed((f"{dossier.no}/执照.pdf", bad.pdf()), (f"{dossier.no}/坏.pdf", SCRIPT))
    sheet = lin.post(address, {"folder": sent("旧.zip", folder)})
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")
    tried = lin.post(address, {"folder": sent("旧.zip", folder), "sheet": sent("m.xlsx", sheet.content)})
    assert (tried.context["found"].new, [one.path for one in tried.context["faults"]]) == (
        1,
        [f"{dossier.no}/坏.pdf"],
    )
    taken = lin.post(
        address, {"folder": sent("旧.zip", folder), "sheet": sent("m.xlsx", sheet.content), "take": "1"}
    )
    assert (taken.status_code, Paper.objects.count()) == (422, 0)
    good = bad.packed((f"{dossier.no}/执照.pdf", bad.pdf()))
    sheet = lin.post(address, {"folder": sent("旧.zip", good)})
    taken = lin.post(
        address, {"folder": sent("旧.zip", good), "sheet": sent("m.xlsx", sheet.content), "take": "1"}
    )
    assert (taken.status_code, Paper.objects.get().title) == (200, "执照")
    assert lin.post(address, {"folder": sent("a.txt", b"no zip")}).status_code == 422

    package = b"".join(lin.get(reverse("take_package", args=[dossier.no])))
    look = reverse("check_package")
    answer = lin.post(look, {"package": sent("p.zip", package)})
    assert (answer.context["package"]["dossier"], answer.context["faults"]) == (dossier.no, [])
    assert lin.post(look, {"package": sent("p.zip", good)}).status_code == 422
    assert person("shen").get(reverse("take_package", args=[dossier.no])).status_code == 403


def test_the_kept_files_are_proven_and_what_is_wrong_is_shown(dossier: Dossier, settings: Any) -> None:
    lin, shen = person("lin"), person("shen")
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    address = reverse("archive")
    one_file(lin, reverse("dossier_files", args=[dossier.no]), "a.txt", b"a", item="", copy_form="electronic")
    assert "尚未核验过" in words(lin.get(address))
    files.path_of(Document.objects.get().sha256).unlink()
    assert lin.post(reverse("begin_archive_check")).status_code == 302
    from xinheng.runs import jobs

    jobs.check_archive.func(business_day().isoformat(), "lin")
    page = words(lin.get(address))
    assert "丢失" in page
    assert FixityRun.objects.filter(is_finished=True).exists()
    assert "1 份存档文件与收存时不符" in called(lin)
    assert "存档文件" not in called(shen)
    assert lin.get(reverse("export_fixity")).content.startswith(b"PK")
    for path in (address, reverse("export_fixity")):
        assert shen.get(path).status_code == 403
    assert shen.post(reverse("begin_archive_check")).status_code == 403

"""Files of a folder come into dossiers by a sheet, go out as ZIP and package, and are checked."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.utils import translation

from tests import worlds
from tests.facts.archive import bad_files as bad
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.facts.archive import files as kept_files
from xinheng.facts.archive.errors import DocumentAltered
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.dossiers import queries, services
from xinheng.facts.dossiers.errors import FolderUnusable, MapFaulty, PackageUnreadable
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.values import MapRow
from xinheng.reports import services as reports

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
CLERK = Actor("li", "李", permits=frozenset({"*.read", "dossiers.*", "archive.*"}), scope=Scope("everything"))
PLAIN = Actor(
    "zhao", "赵", permits=frozenset({"dossiers.*", "archive.*", "exports.read"}), scope=Scope("everything")
)


def world() -> None:
    """A unit and two customers."""
    told: dict[str, Any] = {"actor": system_actor(), "on": DAY}
    access.create_unit(**told, code="XS", name="销售部", kind="group")
    for no, name in (("C-1", "江南机电有限公司"), ("C-2", "北方建材有限公司")):
        customers.register(**told, new=NewCustomer(name=name, no=no, unit_code="XS"), despite_like_names=True)


@pytest.fixture(autouse=True)
def _world(db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(world)
    with translation.override("en"):
        yield


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "旧档案"
    for name, content in {
        "C-1/营业执照 20240315.pdf": bad.pdf(),
        "C-1/客户信用申请表.txt": "申请".encode(),
        "北方建材有限公司/2023-07-01 资信调查报告.pdf": bad.pdf(text="Report"),
        "杂项/备忘.txt": b"memo",
        "C-1/.DS_Store": b"x",
    }.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    return top


def sheet_of(top: Path, actor: Actor) -> list[MapRow]:
    content = reports.export_map(actor=actor, on=DAY, top=top)
    return reports.read_map(content, "map.xlsx")


def test_a_folder_is_guessed_tried_taken_in_and_begun_again(chief: Actor, tree: Path, reader: Actor) -> None:
    rows = sheet_of(tree, chief)
    told = [(row.path, row.kind, row.subject, row.item, row.title, row.formed_on) for row in rows]
    assert told[0][:5] == (
        "C-1/客户信用申请表.txt",
        "general_customer",
        "customer:C-1",
        "application",
        "客户信用申请表",
    )
    assert told[1] == (
        "C-1/营业执照 20240315.pdf", "general_customer", "customer:C-1", "licence", "营业执照", "2024-03-15",
    )  # fmt: skip
    assert told[2][2:] == ("customer:C-2", "investigation", "资信调查报告", "2023-07-01")
    assert told[3][1:4] == ("", "", "")

    tried = services.try_map(actor=chief, on=DAY, top=tree, rows=rows)
    faults = [(one.row, one.path, one.field) for one in tried.faults]
    assert (tried.rows, tried.new, faults) == (4, 3, [(5, "杂项/备忘.txt", "kind")])
    with pytest.raises(MapFaulty) as refused:
        services.take_in(actor=chief, on=DAY, top=tree, rows=rows)
    assert refused.value.params["row"] == 5
    assert not Dossier.objects.exists()
    with pytest.raises(AccessDenied):
        services.take_in(actor=reader, on=DAY, top=tree, rows=rows)

    def stop(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.take_in(actor=chief, on=DAY, top=tree, rows=rows[:3], said=stop)
    assert Paper.objects.count() == 2
    again = services.take_in(actor=chief, on=DAY, top=tree, rows=rows[:3])
    assert (again.new, again.there, again.left) == (1, 2, 1)
    papers = Paper.objects.order_by("pk").values_list("dossier__subject", "item", "title", "formed_on")
    assert list(papers)[1:] == [
        ("customer:C-1", "licence", "营业执照", date(2024, 3, 15)),
        ("customer:C-2", "investigation", "资信调查报告", date(2023, 7, 1)),
    ]
    assert Entry.objects.get(act="dossiers.take_in").after == {"rows": 3, "new": 1, "there": 2}


def test_a_sheet_names_every_fault_and_a_zip_is_as_good_as_a_folder(
    chief: Actor, tree: Path, tmp_path: Path
) -> None:
    (tree / "C-1/病.pdf").write_bytes(bad.pdf(root=b"/OpenAction<</S/JavaScript/JS(1)>>"))
    packed = tmp_path / "旧.zip"
    with zipfile.ZipFile(packed, "w") as file:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(tree).as_posix())
    good = {"kind": "general_customer", "subject": "customer:C-1", "title": "x", "formed_on": "2026-01-01"}
    rows = [
        MapRow(path="C-1/病.pdf", **good),
        MapRow(path="../../etc/passwd", **good),
        MapRow(
            path="C-1/客户信用申请表.txt", **good | {"formed_on": "2027-01-01", "title": ""}, item="nothing"
        ),
        MapRow(path="C-1/客户信用申请表.txt", **good, copy_form="odd", secrecy="odd"),
        MapRow(path="C-1/客户信用申请表.txt", **good | {"subject": "customer:C-9"}),
        MapRow(path="C-1/客户信用申请表.txt", dossier="ZY·2020-000001", title="x", formed_on="2026-01-01"),
        MapRow(path="C-1/客户信用申请表.txt", **good | {"kind": "veh_new_car", "subject": "vehicle:X"}),
    ]
    for top in (tree, packed):
        found = services.try_map(actor=chief, on=DAY, top=top, rows=rows)
        assert [(one.row, one.field) for one in found.faults] == [
            (2, "path"), (3, "path"), (4, "item"), (4, "title"), (4, "formed_on"), (5, "copy_form"),
            (5, "secrecy"), (6, "subject"), (7, "dossier"), (8, "kind"),
        ]  # fmt: skip
        assert "script" in found.faults[0].cause
    assert [row.path for row in sheet_of(packed, chief)] == [row.path for row in sheet_of(tree, chief)]
    with pytest.raises(FolderUnusable):
        services.guess(actor=chief, on=DAY, top=tree / "C-1/病.pdf")
    with pytest.raises(FolderUnusable):
        reports.read_map(b"no sheet", "a.xlsx")


@pytest.fixture
def dossier(chief: Actor) -> Dossier:
    told: dict[str, Any] = {"actor": chief, "on": DAY}
    customer = queries_customer(chief)
    found = services.open_dossier(
        **told,
        kind="general_customer",
        subject="customer:C-1",
        title="江南机电 客户信用档案",
        customer=customer,
    )
    papers = (
        ("licence", "执照", "执照.pdf", bad.pdf(), ""),
        ("identity", "照片", "照片.jpg", bad.picture("JPEG", exif=True), ""),
        ("other", "核心", "核心.txt", b"core", "confidential"),
    )
    for item, title, name, content, grade in papers:
        services.add_paper(
            **told, dossier=found, upload=Upload(name, content), item=item, title=title, copy_form="electronic",
            formed_on=date(2026, 5, 1), secrecy=grade,
        )  # fmt: skip
    services.add_paper(
        **told, dossier=found, upload=None, item="approval", title="批件", copy_form="original", has_original=True,
        formed_on=date(2026, 5, 2), pages=3,
    )  # fmt: skip
    return found


def queries_customer(actor: Actor) -> Any:
    from xinheng.facts.customers import queries as asked

    return asked.get(actor, "C-1", on=DAY)


def names_in(content: Any) -> list[str]:
    with content, zipfile.ZipFile(io.BytesIO(content.read())) as file:
        return file.namelist()


def test_a_zip_has_what_the_reader_may_see_and_says_what_is_left_out(chief: Actor, dossier: Dossier) -> None:
    everything = names_in(reports.export_dossier_files(actor=chief, on=DAY, no=dossier.no))
    assert len(everything) == 4  # three files and the catalogue
    content = reports.export_dossier_files(actor=PLAIN, on=DAY, no=dossier.no)
    with content, zipfile.ZipFile(io.BytesIO(content.read())) as file:
        names = file.namelist()
        photo = file.read(next(name for name in names if name.endswith(".jpg")))
        catalogue = file.read(names[-1])
    assert (len(names), any("核心" in name for name in names), b"Exif" in photo) == (3, False, False)
    rows = reports_cells(catalogue)
    assert "批件" in rows
    assert "核心" not in rows


def reports_cells(content: bytes) -> str:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return str([book.get_sheet_by_index(place).to_python() for place in range(len(book.sheet_names))])


def test_a_package_proves_itself_and_every_change_of_it_is_found(
    chief: Actor, dossier: Dossier, tmp_path: Path
) -> None:
    with pytest.raises(AccessDenied):
        reports.export_package(actor=PLAIN, on=DAY, no=dossier.no)
    package, changed = tmp_path / "package.zip", tmp_path / "changed.zip"
    with reports.export_package(actor=chief, on=DAY, no=dossier.no) as content:
        package.write_bytes(content.read())
    told, faults = queries.check_package(package)
    assert (told["dossier"], len(told["files"]), faults) == (dossier.no, 5, [])
    labels = {one["paper"] for one in told["files"]} - {""}
    assert labels == set(Paper.objects.exclude(document=None).values_list("label", flat=True))

    with zipfile.ZipFile(package) as old, zipfile.ZipFile(changed, "w") as new:
        names = old.namelist()
        manifest = json.loads(old.read(next(one for one in names if one.endswith("manifest.json"))))
        assert (
            manifest["files"][0]["sha256"]
            in old.read(next(one for one in names if one.endswith("manifest.xml"))).decode()
        )
        for name in names:
            if name.endswith(".jpg"):
                continue
            content = old.read(name)
            new.writestr(name, b"K" + content[1:] if name.endswith("核心.txt") else content)
        new.writestr(f"{dossier.no}/extra.exe", b"x")
    _told, faults = queries.check_package(changed)
    assert sorted(one.path.rpartition("/")[2].rpartition(".")[2] for one in faults) == ["exe", "jpg", "txt"]
    (tmp_path / "no.zip").write_bytes(bad.packed(("a.txt", b"a")))
    with pytest.raises(PackageUnreadable):
        queries.check_package(tmp_path / "no.zip")
    photo = Paper.objects.get(item="identity").document
    kept_files.path_of(photo.sha256).unlink()  # type: ignore[union-attr]
    with pytest.raises(DocumentAltered):
        reports.export_package(actor=chief, on=DAY, no=dossier.no)


def test_the_four_properties_are_checked_and_what_fails_is_named(chief: Actor, dossier: Dossier) -> None:
    filed = [
        services.file_paper(actor=chief, on=DAY, label=one.label) for one in Paper.objects.order_by("pk")
    ]
    _dossier, checks = services.check_properties(actor=chief, on=DAY, no=dossier.no)
    outcomes = {one.words: one.outcome for one in checks}
    failed = [words for words, outcome in outcomes.items() if outcome == "failed"]
    assert failed == ["every paper that the checklist asks for is there"]
    assert (outcomes["no virus is found"], queries.worst(checks), len(checks)) == ("open", "failed", 16)
    assert {one.group for one in checks} == {"authenticity", "integrity", "usability", "security"}

    path = kept_files.path_of(filed[0].document.sha256)  # type: ignore[union-attr]
    path.chmod(0o600)
    path.write_bytes(b"%PDF altered")
    Paper.objects.filter(pk=filed[1].pk).update(number=filed[2].number.replace("·", "."), title="a\u202eb")
    Paper.objects.filter(pk=filed[3].pk).update(pages=None, formed_on=date(2027, 1, 1))
    _dossier, checks = services.check_properties(actor=chief, on=DAY, no=dossier.no)
    found = {one.words: len(one.found) for one in checks if one.outcome == "failed"}
    assert found == {
        "every file has the hashes it came in with": 1,
        "archive numbers are written as DA/T 22 asks": 1,
        "the year of the number is that of the paper": 2,
        "days follow one another": 1,
        "titles have no signs that cannot be read": 1,
        "papers filed on sheets have their pages counted": 1,
        "every paper that the checklist asks for is there": 3,  # application, investigation, statements
        "files open": 1,
    }
    assert reports.export_properties(actor=chief, on=DAY, no=dossier.no, form="xlsx")[:2] == b"PK"
    report = pdfium.PdfDocument(reports.export_properties(actor=chief, on=DAY, no=dossier.no, form="pdf"))
    assert dossier.no in report[0].get_textpage().get_text_bounded()
    report.close()
    assert Entry.objects.filter(act="dossiers.check_properties").count() == 4


def test_labels_carry_bar_code_square_and_words(chief: Actor, dossier: Dossier) -> None:
    sheet = pdfium.PdfDocument(reports.export_labels(actor=chief, on=DAY, no=dossier.no))
    paper = Paper.objects.get(item="approval")
    text = sheet[0].get_textpage().get_text_bounded()
    assert (len(sheet), paper.label in text, "批件" in text, "3" in text) == (1, True, True, True)
    sheet.close()
    many = reports.print_labels([reports.Label(f"P26-{number:07}", "标签") for number in range(25)])
    two = pdfium.PdfDocument(many)
    assert len(two) == 2
    two.close()

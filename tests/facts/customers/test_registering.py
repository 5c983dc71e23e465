"""Opening files: codes checked, the same code refused, like names shown first."""

from __future__ import annotations

from datetime import date

import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit import queries as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries, registering, services
from xinheng.facts.customers.errors import (
    CustomerUnknown,
    DuplicateIdentifier,
    FieldInvalid,
    IdentifierWrong,
    LikeNamesExist,
)
from xinheng.facts.customers.models import Customer
from xinheng.facts.customers.values import NewCustomer

pytestmark = pytest.mark.django_db
USCC = "91350100M000100Y43"


def register(chief: Actor, day: date, name: str, **told: object) -> Customer:
    despite = bool(told.pop("despite", False))
    new = NewCustomer(name=name, **told)  # type: ignore[arg-type]
    return services.register(actor=chief, on=day, new=new, despite_like_names=despite)


def test_company_is_kept_with_its_code_section_and_size(chief: Actor, day: date) -> None:
    customer = register(
        chief, day, "福州样品制造有限公司", uscc=" 91350100m000100y43 ", industry="C3911",
        employees=350, revenue_minor=1800 * 1_000_000, region="福建",
    )  # fmt: skip

    kept = queries.get(chief, customer.no, on=day)
    assert (kept.uscc, kept.industry, kept.industry_section) == (USCC, "3911", "C")
    assert kept.size_class == "small"
    assert audit.search(act="customers.register").get().after["name"] == "福州样品制造有限公司"


@pytest.mark.req("ADV-02")
def test_same_code_opens_no_second_file(chief: Actor, day: date) -> None:
    first = register(chief, day, "甲公司", uscc=USCC)

    with pytest.raises(DuplicateIdentifier) as refused:
        register(chief, day, "完全不同的乙公司", uscc=USCC.lower())

    assert refused.value.params["no"] == first.no
    register(chief, day, "张三", kind="person", id_number="11010519491231002X")
    with pytest.raises(DuplicateIdentifier):
        register(chief, day, "李四", kind="person", id_number="11010519491231002x")
    assert Customer.objects.count() == 2


@pytest.mark.req("ADV-02")
def test_two_files_opened_at_the_same_moment_are_still_two_or_one(
    chief: Actor, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = register(chief, day, "甲公司", uscc=USCC)
    given = iter([first.no, first.no, "C-000777"])  # what others took between looking and writing
    monkeypatch.setattr(registering, "_next_no", lambda: next(given))
    assert register(chief, day, "同时开档的公司").no == "C-000777"

    looks, kept = iter([False, True]), registering.refuse_duplicates

    def refuse(customer: Customer, **but: tuple[str, ...]) -> None:
        if next(looks):  # at the first look nobody had the code
            kept(customer, **but)

    monkeypatch.setattr(registering, "refuse_duplicates", refuse)
    with pytest.raises(DuplicateIdentifier) as refused:
        register(chief, day, "同时用此代码的公司", uscc=USCC, no="C-8")
    assert refused.value.params["no"] == first.no
    assert Customer.objects.count() == 2


@pytest.mark.req("ADV-02")
def test_an_organisation_code_is_one_units_own_alone_or_inside_a_credit_code(chief: Actor, day: date) -> None:
    first = register(chief, day, "甲公司", uscc=USCC)
    old = register(chief, day, "旧制单位", org_code="D2143569-X")

    for told in ({"org_code": "M000100Y-4"}, {"org_code": "d2143569x"}):
        with pytest.raises(DuplicateIdentifier) as refused:
            register(chief, day, "又一个完全不同的单位", **told)
        assert refused.value.params["no"] == (first.no if "Y" in told["org_code"] else old.no)
    services.correct_codes(actor=chief, on=day, no=first.no, org_code="M000100Y-4")  # its very own
    with pytest.raises(DuplicateIdentifier):
        services.correct_codes(actor=chief, on=day, no=old.no, org_code="M000100Y-4")
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    "like",
    ["华为技术有限责任公司", "華為技術股份有限公司", "华为（技术）有限公司", "ＨＵＡ"[:0] + "华 为 技 术"],
)
def test_like_name_is_shown_before_a_second_file_is_opened(chief: Actor, day: date, like: str) -> None:
    first = register(chief, day, "华为技术有限公司")

    with pytest.raises(LikeNamesExist) as refused:
        register(chief, day, like)

    assert [(one.no, one.name) for one in refused.value.likes] == [(first.no, "华为技术有限公司")]
    assert Customer.objects.count() == 1
    register(chief, day, like, despite=True)
    assert Customer.objects.count() == 2


def test_former_name_counts_as_like(chief: Actor, day: date) -> None:
    register(chief, day, "新名科技有限公司", former_names=("旧名贸易有限公司",))
    with pytest.raises(LikeNamesExist) as refused:
        register(chief, day, "舊名貿易（有限公司）")
    assert refused.value.likes[0].now_name == "新名科技有限公司"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"uscc": "91350100M000100Y44"}, IdentifierWrong),
        ({"uscc": "91350100M00010OY43"}, IdentifierWrong),
        ({"kind": "person", "id_number": "320500198502290019"}, IdentifierWrong),
        ({"id_number": "11010519491231002X"}, FieldInvalid),
        ({"org_code": "D2143569-1"}, IdentifierWrong),
        ({"industry": "ZZ"}, FieldInvalid),
        ({"industry": "A39"}, FieldInvalid),
        ({"employees": -1}, FieldInvalid),
        ({"revenue_minor": 2**63}, FieldInvalid),
        ({"name": "   "}, FieldInvalid),
        ({"name": "（）"}, FieldInvalid),
        ({"name": "甲" * 201}, FieldInvalid),
        ({"name": "甲\n乙"}, FieldInvalid),
        ({"kind": "robot"}, FieldInvalid),
        ({"is_customer": False}, FieldInvalid),
        ({"parent_no": "C-9"}, CustomerUnknown),
        ({"through_no": "C-9"}, CustomerUnknown),
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(
    chief: Actor, day: date, told: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register(chief, day, **({"name": "某公司"} | told))  # type: ignore[arg-type]
    assert not Customer.objects.exists()


def test_reader_registers_nothing(reader: Actor, day: date) -> None:
    with pytest.raises(AccessDenied):
        register(reader, day, "某公司")
    assert not Customer.objects.exists()


def test_number_is_given_and_a_taken_one_is_refused(chief: Actor, day: date) -> None:
    first = register(chief, day, "甲公司")
    following = f"C-{first.pk + 1:06}"
    register(chief, day, "乙公司", no=following)
    third = register(chief, day, "丙公司")
    assert first.no.startswith("C-")
    assert third.no not in {first.no, following}
    with pytest.raises(DuplicateIdentifier):
        register(chief, day, "丁公司", no=following)

"""Who sees which grade, and how what bears it is handled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tests.seats import seat
from xinheng.base.access.errors import PersonUnknown
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import queries, scheme
from xinheng.base.secrecy import services as secrecy
from xinheng.base.secrecy.errors import GradeUnknown, SecrecyInvalid
from xinheng.base.secrecy.models import NeedToKnow

TODAY = date(2026, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.mark.req("LAR-09", "C06")
def test_a_role_sees_up_to_its_grade_and_the_highest_is_for_named_people(chief: Actor, reader: Actor) -> None:
    clerk = seat("xiao", "salesperson", on=TODAY)
    keeper = seat("dang", "archivist", on=TODAY)
    boss = seat("zong", "general_manager", on=TODAY)
    NeedToKnow.objects.create(
        login="zong", grade="top_secret", from_on=date(2026, 6, 1), until_on=date(2026, 7, 1),
        reason="收购谈判", told_by="chief", told_on=TODAY,
    )  # fmt: skip

    assert secrecy.visible_grades(clerk, TODAY) == ("public", "internal")
    assert secrecy.visible_grades(keeper, TODAY) == ("public", "internal", "secret", "confidential")
    assert secrecy.visible_grades(boss, TODAY)[-1] == "top_secret"
    assert secrecy.may_see(boss, "top_secret", date(2026, 6, 1))
    assert not secrecy.may_see(boss, "top_secret", date(2026, 5, 31))  # not named yet
    assert not secrecy.may_see(boss, "top_secret", date(2026, 7, 1))  # the first day it no longer holds
    assert secrecy.visible_grades(chief, TODAY) == scheme.in_force(TODAY).codes  # the system itself
    assert secrecy.visible_grades(reader, TODAY) == ("public", "internal")  # no person, no role
    assert not secrecy.may_see(chief, "no_such_grade", TODAY)


def test_what_is_hidden_is_refused_in_the_words_for_what_does_not_exist() -> None:
    clerk = seat("xiao", "salesperson", on=TODAY)

    with pytest.raises(PersonUnknown) as hidden:
        secrecy.require_visible(clerk, "secret", TODAY, "paper:7", PersonUnknown(login="x"))

    assert str(hidden.value) == str(PersonUnknown(login="x"))
    assert hidden.value.params == {"login": "x"}  # what an answer of the API tells
    assert hidden.value.unsaid == {"hidden": "paper:7", "secrecy": "secret"}  # what the trail tells
    secrecy.require_visible(clerk, "internal", TODAY, "paper:7", PersonUnknown(login="x"))


@pytest.mark.req("LAR-12", "LAR-13", "LAR-14")
def test_each_grade_says_how_it_is_handled() -> None:
    top, confidential, secret, internal = (
        secrecy.handling(grade, TODAY) for grade in ("top_secret", "confidential", "secret", "internal")
    )

    assert (top.forbidden, top.may_lend, top.room_only, top.approvers) == (True, False, False, ())
    assert (confidential.room_only, confidential.may_lend, confidential.original_kept) == (True, False, True)
    assert (secret.may_lend, secret.loan_minutes, secret.loan_working_days) == (True, 240, None)
    assert secret.approvers == ("general_manager", "vice_president")
    assert secret.direct == ()
    assert (internal.loan_minutes, internal.loan_working_days, internal.renewals) == (None, 10, 1)
    assert "department_head" in internal.direct
    with pytest.raises(GradeUnknown):
        secrecy.handling("geheim", TODAY)


def test_what_is_made_of_several_bears_the_highest() -> None:
    assert secrecy.highest(["internal", "confidential", "secret"], TODAY) == "confidential"
    assert secrecy.highest([], TODAY) == secrecy.default_grade(TODAY) == "internal"
    assert secrecy.rank("public", TODAY) == 0 < secrecy.rank("top_secret", TODAY)
    assert list(queries.grade_names(TODAY))[:2] == ["public", "internal"]


def test_a_document_of_grades_is_refused_with_its_line() -> None:
    text = (Path(settings.PACKS_DIR) / "general" / "secrecy.yaml").read_text("utf-8")
    for wrong, cause in (
        (text.replace("others: internal", "others: geheim"), "geheim"),
        (text.replace("code: internal\n    zh", "code: public\n    zh", 1), "public"),
        (text.replace("loan_minutes: 240", "loan_minutes: 0"), "loan_minutes"),
    ):
        with pytest.raises(SecrecyInvalid) as refused:
            scheme.check(wrong)
        assert cause in str(refused.value)

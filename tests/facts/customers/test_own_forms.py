"""Questionnaires of the site's own: checked, adopted by version and day, answered in their version."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.packs import services as packs
from xinheng.base.packs.adopting import put_in_force
from xinheng.base.packs.errors import PolicyVersionExists
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import FormInvalid, ItemUnknown, SurveyUnknown
from xinheng.facts.customers.models import Survey
from xinheng.facts.customers.values import NewCustomer, NewSurvey

pytestmark = pytest.mark.django_db
VISIT = """\
kind: form
code: site_visit
version: "1"
name: {zh: 走访表, en: Visit}
source: 公司制度 3.2
channels: [observation, other]
required: [phone]
groups:
  - {zh: 基本情况, en: Basic data, items: [address, phone]}
"""


def adopted(text: str, day: date, actor: Actor) -> None:
    put_in_force(actor=actor, on=day, kind="form", text=text, effective_from=day)


def begun(actor: Actor, day: date) -> Survey:
    new = NewSurvey("site_visit", "observation")
    return services.begin_survey(actor=actor, on=day, no="A", new=new)


@pytest.mark.req("SIX-14", "FOU-11")
def test_a_site_adds_a_form_while_running_and_its_answers_keep_their_version(chief: Actor, day: date) -> None:
    services.register(actor=chief, on=day, new=NewCustomer(name="甲集团有限公司", no="A"))
    later = day + timedelta(days=10)
    with pytest.raises(SurveyUnknown):
        begun(chief, day)
    adopted(VISIT, day, chief)
    first = begun(chief, day)

    second_version = VISIT.replace('"1"', '"2"').replace("[address, phone]", "[phone, managers]")
    adopted(second_version, later, chief)

    assert queries.form_of(first).items == ("address", "phone")
    services.save_answers(
        actor=chief, on=later, survey_id=first.pk, answers={"address": "上海", "phone": "021"}
    )
    with pytest.raises(ItemUnknown):
        services.save_answers(actor=chief, on=later, survey_id=first.pk, answers={"managers": "王"})
    kept = services.submit_survey(actor=chief, on=later, survey_id=first.pk, signed=True)
    assert kept.state == "handed_in"
    assert queries.form_of(begun(chief, later)).items == ("phone", "managers")
    assert queries.forms(on=later - timedelta(days=1))["site_visit"].version == "1"
    assert queries.forms(on=later)["site_visit"].version == "2"
    assert "site_visit" not in queries.forms(on=day - timedelta(days=1))


@pytest.mark.req("SIX-14")
def test_a_form_in_force_is_never_changed_and_a_retired_one_not_begun(chief: Actor, day: date) -> None:
    services.register(actor=chief, on=day, new=NewCustomer(name="甲集团有限公司", no="A"))
    adopted(VISIT, day, chief)
    with pytest.raises(PolicyVersionExists):
        adopted(VISIT.replace("[address, phone]", "[phone]"), day + timedelta(days=1), chief)
    assert queries.forms(on=day + timedelta(days=1))["site_visit"].items == ("address", "phone")
    kept = begun(chief, day)

    retired = VISIT.replace('"1"', '"2"') + "retired: true\n"
    adopted(retired, day + timedelta(days=5), chief)

    with pytest.raises(SurveyUnknown):
        begun(chief, day + timedelta(days=5))
    assert queries.form_of(kept).zh == "走访表"
    clerk = Actor("li", "李", permits=frozenset({"customers.*"}), scope=Scope("everything"))
    with pytest.raises(AccessDenied):
        packs.adopt(actor=clerk, on=day, kind="form", text=VISIT.replace("site_", "my_"), effective_from=day)


@pytest.mark.req("SIX-14")
def test_a_sites_form_stands_in_the_place_of_a_shipped_one(chief: Actor, day: date) -> None:
    shipped = queries.forms(on=day)["fou_survey"]
    text = queries.form_text(shipped, version="2")

    adopted(re.sub(r"\n *- phone(?=\n)", "", text), day, chief)

    now = queries.forms(on=day)["fou_survey"]
    assert set(shipped.items) - set(now.items) == {"phone"}
    assert (shipped.sha256, now.version) == ("", "2")
    assert now.channels == shipped.channels
    assert queries.forms(on=day - timedelta(days=1))["fou_survey"] == shipped


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ("kind: form", "kind: rating", 1, "form"),
        ("items: [address, phone]", "items: [address, phone, shoe_size]", 9, "shoe_size"),
        ("items: [address, phone]", "items: [address, phone, phone]", 9, "phone"),
        ("en: Basic data, ", "", 9, "en"),
        ("en: Visit", "en: ''", 4, "en"),
        ("channels: [observation, other]", "channels: [smoke]", 6, "smoke"),
        ("channels: [observation, other]", "channels: []", 6, "渠道"),
        ("required: [phone]", "required: [managers]", 7, "managers"),
        ("required: [phone]", "review: [mood]", 7, "mood"),
        ("code: site_visit", "code: Site Visit", 2, "小写字母"),
        ('version: "1"', "version: 1", 3, "version"),
        ("source: 公司制度 3.2", "sauce: x", 5, "sauce"),
        ("groups:", "groups: [", 9, "YAML"),
    ],
)
def test_a_wrong_form_is_refused_with_line_and_cause(old: str, new: str, line: int, cause: str) -> None:
    assert old in VISIT
    with pytest.raises(FormInvalid) as refused:
        services.check_form(VISIT.replace(old, new))
    faults = [one for one in refused.value.params["problems"] if cause in one]
    assert any(f" {line}" in one.split(":")[0].split("：")[0] for one in faults), refused.value.params


def test_all_faults_of_a_form_are_told_at_once(chief: Actor, day: date) -> None:
    wrong = VISIT.replace("address, phone", "address, shoe_size").replace("observation", "smoke")
    with pytest.raises(FormInvalid) as refused:
        adopted(wrong, day, chief)
    assert len(refused.value.params["problems"]) == 3
    assert not packs.documents("form").exists()

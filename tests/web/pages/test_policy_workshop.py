"""The workshop of policies as people use it: read, draft, check, compare, simulate, submit."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests import worlds
from tests.judgements.ratings.simulated_world import JUNE, MAY, POLICY, found
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.base.packs.models import PolicyDocument, PolicyDraft, PolicyRevision
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.runs.services import business_day
from xinheng.web.pages import simulations

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}
PEOPLE = (
    ("lin", "credit_manager"),
    ("wang", "salesperson"),
    ("chen", "approver"),
    ("zhao", "auditor"),
    ("root", "administrator"),
)
At = Callable[[str], Client]


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The ten customers and their policy, with four people who read English."""
    with django_db_blocker.unblock():
        actor, on = system_actor(), date(2026, 1, 1)
        access.load_shipped_roles(actor=actor, on=on)
        access.create_unit(actor=actor, on=on, code="HQ", name="总部", kind="company")
        for login, role in PEOPLE:
            access.create_person(
                actor=actor,
                on=on,
                login=login,
                name=login,
                password="长江-river-2026",
                role=role,
                unit="HQ",
                language="en",
            )
        found(actor)
    yield
    with django_db_blocker.unblock():
        worlds.empty()


@pytest.fixture
def at(_world: None, settings: Any) -> At:
    """The pages as somebody sees them."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    shutil.rmtree(Path(settings.HOME) / "simulations", ignore_errors=True)

    def sign_in(login: str) -> Client:
        client = Client()
        client.force_login(
            Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in


def seen(client: Client, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, **headers)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return re.sub(r"\s+", " ", answer.content.decode())


def sent(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return re.sub(r"\s+", " ", answer.content.decode()) if status != 302 else str(answer["Location"])


def begun(client: Client, name: str = "tiny@1") -> str:
    return sent(client, "/workshop/drafts/begin/", **{"from": name})


SECOND = POLICY.replace('version: "1"', 'version: "2"')
WRONG = SECOND.replace("worst_delay_24m", "worst_dely_24m").replace("{to: 30,", "{to: -1,")


@pytest.mark.req("ADV-03", "FOU-01", "RR-11")
def test_a_policy_is_drafted_checked_simulated_approved_and_holds(at: At) -> None:
    lin, chen, today = at("lin"), at("chen"), business_day()
    draft = begun(lin)
    number = int(draft.rstrip("/").rpartition("/")[2])
    assert "Sound" in seen(lin, draft)

    faults = sent(lin, f"{draft}check/", 200, text=WRONG)
    assert "worst_dely_24m" in faults
    assert "overlaps" in faults
    assert PolicyRevision.objects.count() == 1  # checking keeps nothing

    sent(lin, f"{draft}save/", revision=1, text=SECOND)
    values = {"v:parameters.0.value": "3", "v:scoring.thresholds.1.from": "40", "revision": 2}
    sent(lin, f"{draft}values/", **values)
    assert "months a customer is new" in seen(lin, f"{draft}?as=form")
    text = packs.revisions(number).get(number=3).text
    assert text == SECOND.replace("value: 12,", "value: 3,").replace("B, from: 50", "B, from: 40")

    compared = seen(lin, f"/workshop/compare/?one=tiny@1&other=draft:{number}")
    for told in ("months a customer is new", "12", "<b>3</b>", "<b>40</b>", "<b>2</b>"):
        assert told in compared

    simulation = sent(
        lin, "/workshop/simulations/new/", new=f"draft:{number}", against="", on=JUNE.isoformat(), series=3
    )
    page = seen(lin, simulation)
    for told in (
        "draft:1#3 instead of tiny@1".replace("1#", f"{number}#"),
        "new customer",
        "bounds of grades",
        "2026-04-30",
    ):
        assert told in page
    assert not Grade.objects.exists()

    later = today + timedelta(days=30)
    sent(lin, f"{draft}submit/", revision=3, effective_from=later.isoformat())
    assert packs.in_force("rating", "tiny", on=later).version == "1"
    assert "Return for correction" not in seen(lin, draft)
    sent(lin, f"{draft}decide/", 403, decision="approve")
    assert "Return for correction" in seen(chen, draft)
    sent(chen, f"{draft}decide/", 422, decision="return")  # without a reason
    sent(chen, f"{draft}decide/", decision="return", reason="请写明依据")
    assert "请写明依据" in seen(lin, draft)
    sent(lin, f"{draft}submit/", revision=3, effective_from=later.isoformat())
    sent(chen, f"{draft}decide/", decision="approve")
    assert packs.in_force("rating", "tiny", on=later).version == "2"
    assert packs.in_force("rating", "tiny", on=later - timedelta(days=1)).version == "1"
    assert "Adopted: read the version" in seen(chen, draft)
    assert "coming" in seen(lin, "/policies/")


def test_two_editors_the_second_keeps_what_was_typed_and_sees_what_differs(at: At) -> None:
    draft = begun(at("lin"))
    sent(at("lin"), f"{draft}save/", revision=1, text=SECOND)
    page = sent(at("lin"), f"{draft}save/", 409, revision=1, text=SECOND.replace("value: 12,", "value: 7,"))

    assert "lin saved the draft meanwhile (revision 2)" in page
    assert "value: 7" in page
    assert "xh-diff-old" in page
    assert PolicyRevision.objects.count() == 2
    sent(at("lin"), f"{draft}values/", revision=1, **{"v:parameters.0.value": "8"})
    assert PolicyRevision.objects.count() == 2


def test_a_value_that_cannot_stand_there_saves_nothing_and_says_where(at: At) -> None:
    draft = begun(at("lin"))
    page = sent(
        at("lin"),
        f"{draft}values/",
        422,
        revision=1,
        **{"v:parameters.0.value": "many", "v:scale.0.zh": "好"},
    )

    assert "many is not a number" in page
    assert "is-invalid" in page
    assert 'value="好"' in page
    assert PolicyRevision.objects.count() == 1


def test_a_text_that_cannot_be_kept_is_refused(at: At) -> None:
    draft = begun(at("lin"))
    page = sent(at("lin"), f"{draft}save/", 422, revision=1, text="x" * 300_001)

    assert "longer than 300000 characters" in page
    assert PolicyRevision.objects.count() == 1


def test_a_draft_that_is_no_yaml_is_shown_with_its_faults_in_both_views(at: At) -> None:
    draft = begun(at("lin"), "")
    sent(at("lin"), f"{draft}save/", revision=1, text="kind: rating\nscale: [")

    assert "This is not YAML" in seen(at("lin"), draft)
    assert "cannot be read as a policy yet" in seen(at("lin"), f"{draft}?as=form")
    assert "Only the texts can be compared" in seen(
        at("lin"), f"/workshop/compare/?one=tiny@1&other=draft:{draft.split('/')[3]}"
    )


def test_an_earlier_revision_comes_back_and_a_draft_is_given_up(at: At) -> None:
    draft, lin = begun(at("lin")), at("lin")
    sent(lin, f"{draft}save/", revision=1, text=SECOND)
    sent(lin, f"{draft}restore/1/", revision=2)
    assert PolicyRevision.objects.latest("pk").text == POLICY
    sent(lin, f"{draft}discard/")
    assert "given up" in seen(lin, draft)
    sent(lin, f"{draft}save/", 409, revision=3, text=SECOND)
    assert PolicyRevision.objects.count() == 3


@pytest.mark.req("FOU-09")
def test_a_salesperson_proposes_and_reads_why_it_was_turned_down(at: At) -> None:
    wang, lin = at("wang"), at("lin")
    draft = begun(wang)
    page = seen(wang, draft)
    assert "Propose the change" in page
    assert "Submit for approval" not in page
    sent(wang, f"{draft}propose/", 422, purpose="")
    sent(wang, f"{draft}propose/", purpose="新市场")
    sent(lin, f"{draft}reject/", 422, reason="")
    sent(lin, f"{draft}reject/", reason="依据不足")

    assert "依据不足" in seen(wang, draft)
    assert "rejected" in seen(wang, "/policies/")
    assert PolicyDraft.objects.get().state == "rejected"


def test_a_day_gone_by_is_refused_beside_its_field(at: At) -> None:
    draft = begun(at("lin"))
    sent(at("lin"), f"{draft}save/", revision=1, text=SECOND)
    page = sent(at("lin"), f"{draft}submit/", 422, revision=2, effective_from="2026-07-01")

    assert "has gone by" in page
    assert PolicyDraft.objects.get().state == "open"


@pytest.mark.req("RR-17")
def test_a_submitted_draft_is_taken_back_by_who_submitted_it_and_with_a_reason(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"))
    sent(lin, f"{draft}save/", revision=1, text=SECOND)
    sent(lin, f"{draft}submit/", revision=2, effective_from=(business_day() + timedelta(days=9)).isoformat())
    sent(lin, f"{draft}save/", 409, revision=2, text=POLICY)
    sent(lin, f"{draft}withdraw/", 422, reason="")
    sent(lin, f"{draft}withdraw/", reason="数字有误")

    assert PolicyDraft.objects.get().state == "open"
    sent(lin, f"{draft}submit/", revision=2, effective_from=(business_day() + timedelta(days=9)).isoformat())
    assert PolicyDraft.objects.get().state == "submitted"


def autosaved(client: Client, draft: str, status: int = 200, **told: Any) -> dict[str, Any]:
    answer = client.post(f"{draft}autosave/", told)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return dict(answer.json())


def test_what_is_typed_is_saved_by_itself_and_never_over_anothers_work(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"))
    told = autosaved(lin, draft, revision=1, text=WRONG)
    assert re.fullmatch(r"Saved \d\d:\d\d", told["said"])
    assert told["revision"] == 2
    assert "worst_dely_24m" in told["faults"]
    page = seen(lin, draft)
    assert "worst_dely_24m" in page
    assert "while typing" in page
    assert "Back to revision 1" in page

    refused = autosaved(at("root"), draft, 409, revision=1, text=SECOND)
    assert refused["is_over"]
    assert "lin saved the draft meanwhile" in refused["problem"]
    assert PolicyRevision.objects.get(number=2).text == WRONG
    autosaved(lin, draft, 422, revision=2, text="a\x00b")
    assert at("zhao").post(f"{draft}autosave/", {"revision": 2, "text": SECOND}).status_code == 403

    assert sent(lin, f"{draft}restore/1/", revision=2) == draft
    assert PolicyRevision.objects.get(number=3).text == PolicyRevision.objects.get(number=1).text


@pytest.mark.req("ADV-03")
def test_the_form_shows_each_fault_beside_its_field_and_saves_all_or_nothing(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"))
    told = autosaved(
        lin, draft, revision=1,
        **{"v:scoring.items.0.of": "worst_dely", "v:scoring.items.0.bands.1.to": "0", "v:version": "2"},
    )  # fmt: skip
    assert "worst_dely" in told["places"]["scoring.items.0.of"][0]
    line = POLICY.splitlines().index("      of: worst_delay_24m") + 1
    assert f"line {line}:" in told["faults"]
    page = seen(lin, f"{draft}?as=form")
    beside = re.search(r'data-fault-of="scoring\.items\.0\.of">([^<]*)<', page)
    assert beside
    assert "worst_dely" in beside[1]

    refused = autosaved(
        lin, draft, 422, revision=2, **{"v:caps.0.grade": "B", "v:parameters.0.value": "many"}
    )
    assert list(refused["places"]) == ["parameters.0.value"]
    assert PolicyDraft.objects.get().revision == 2

    told = autosaved(
        lin, draft, revision=2,
        **{"v:scoring.items.0.of": "worst_delay_24m", "v:scoring.items.0.bands.1.to": "30", "v:scoring.items.0.maximum": "61"},
    )  # fmt: skip
    assert "scoring.items" in told["places"]  # the maxima are 101
    assert told["revision"] == 3


@pytest.mark.req("ADV-03")
def test_rows_chain_and_calendar_are_made_in_the_form_alone(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"))
    assert "Add the first row" in seen(lin, f"{draft}?as=form")
    wanted = ["begin:approval.steps", "begin:review.intervals", "begin:review.events", "begin:flags",
              "copy:caps.0", "remove:caps.1", "copy:review.events.0"]  # fmt: skip
    for revision, rows in enumerate(wanted, 1):
        sent(lin, f"{draft}values/", revision=revision, rows=rows)
    number = len(wanted) + 1
    sent(
        lin, f"{draft}values/", revision=number,
        **{"v:approval.steps.0.roles": ["approver", "credit_manager"], "v:review.intervals.2.months": "3",
           "v:review.events.1.when": "worst_delay_24m > 90", "v:approval.steps.0.within_days": "5"},
    )  # fmt: skip

    policy = policies.load(PolicyRevision.objects.get(number=number + 1).text)
    assert policy.approval
    assert policy.review
    assert policy.approval.steps[0].roles == ("approver", "credit_manager")
    assert policy.approval.steps[0].within_days == 5
    assert [one.months for one in policy.review.intervals] == [12, 12, 3]
    assert [(one.code, one.when) for one in policy.review.events] == [
        ("event_1", None), ("event_2", "worst_delay_24m > 90"),
    ]  # fmt: skip
    assert [one.code for one in policy.caps] == ["new_customer"]
    sent(lin, f"{draft}values/", 422, revision=number + 1, rows="remove:scale.0")
    assert PolicyDraft.objects.get().revision == number + 1


@pytest.mark.req("ADV-03")
def test_standard_values_and_a_downgrade_are_made_in_the_form(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"), "shipped:loa")
    page = seen(lin, f"{draft}?as=form")
    for told in ("Standard values, the best first", "Figures that correct them", "Add: assessors",
                 "0.48, 0.589, 0.687, 0.864, 0.966", "highest coefficient", "all together"):  # fmt: skip
        assert told in page
    place = "scoring.items.0.basics.0.standards.1"
    page = sent(lin, f"{draft}values/", 422, revision=1, **{f"v:{place}.values": "0.4, much"})
    assert f'data-fault-of="{place}.values">much is not a number' in page or "much cannot be chosen" in page
    sent(lin, f"{draft}values/", revision=1, rows="begin:questions.8.assessors",
         **{f"v:{place}.values": "0.5, 0.6, 0.7, 0.8, 0.9"})  # fmt: skip
    sent(lin, f"{draft}values/", revision=2, **{"v:questions.8.assessors.combine": "median"})
    policy = policies.load(PolicyRevision.objects.get(number=3).text)
    assert policy.questions[8].assessors
    assert policy.questions[8].assessors.combine == "median"
    assert "Take out: assessors" in seen(lin, f"{draft}?as=form")


@pytest.mark.req("ADV-03")
def test_a_comparison_goes_to_excel_in_words_and_on_the_trail(at: At) -> None:
    lin, draft = at("lin"), begun(at("lin"))
    number = draft.split("/")[3]
    sent(lin, f"{draft}save/", revision=1, text=SECOND.replace("value: 12,", "value: 3,"))
    here = f"?one=tiny@1&other=draft:{number}"
    assert f"/workshop/compare/export/?one=tiny%401&amp;other=draft%3A{number}" in seen(
        lin, f"/workshop/compare/{here}"
    )

    answer = lin.get(f"/workshop/compare/export/{here}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value or "" for cell in row] for row in book["Differences"].iter_rows()]
    assert rows[0] == ["Part", "What", "Name", "Code", "Of it", "tiny@1", f"draft:{number}#2"]
    assert rows[1:] == [
        ["The policy", "changed", "", "", "version", "1", "2"],
        ["Numbers of the policy", "changed", "months a customer is new", "new_months", "value", "12", "3"],
    ]
    lines = [row[0].value for row in book["The lines that differ"].iter_rows(min_row=2)]
    assert '\'-version: "1"' in lines or '-version: "1"' in lines
    entry = Entry.objects.get(act="exports.compared_policies")
    assert (entry.actor_login, entry.after["old"]) == ("lin", "tiny@1")
    assert at("wang").get(f"/workshop/compare/export/{here}").status_code in (403, 404)
    assert lin.get("/workshop/compare/export/?one=tiny@1").status_code == 404
    assert Entry.objects.filter(act="exports.compared_policies").count() == 1


@pytest.mark.req("DAT-04", "RR-11")
def test_a_past_class_keeps_the_definition_of_its_day_and_the_pages_say_which(at: At) -> None:
    root, lin = system_actor(), at("lin")
    first = ratings.rate(actor=root, on=MAY, policy_code="tiny", as_of=MAY)
    held = dict(Grade.objects.filter(run=first).values_list("customer__no", "grade"))
    wider = SECOND.replace("{grade: B, from: 50", "{grade: B, from: 40")
    drafting.adopt(
        actor=root, on=JUNE, kind="rating", text=wider, effective_from=JUNE, past_chain_why="按年销售额调整"
    )

    second = ratings.rate(actor=root, on=JUNE, policy_code="tiny", as_of=JUNE)
    again = ratings.rate(actor=root, on=JUNE, policy_code="tiny", as_of=MAY)

    assert (first.policy_version, second.policy_version, again.policy_version) == ("1", "2", "1")
    assert (held["C-06"], held["C-07"]) == ("C", "C")  # 40 points, of which 50 were asked then
    assert Grade.objects.get(run=second, customer__no="C-06").grade == "B"
    assert dict(Grade.objects.filter(run=first).values_list("customer__no", "grade")) == held
    assert dict(Grade.objects.filter(run=again).values_list("customer__no", "grade")) == held
    listed = seen(lin, "/ratings/")
    for run, version in ((first, "1"), (second, "2")):
        assert f'/ratings/{run.pk}/"' in listed
        assert f'href="/policies/tiny/{version}/"' in seen(lin, f"/ratings/{run.pk}/")
    shown = seen(lin, f"/ratings/{second.pk}/")
    assert "Changed since 1" in shown
    assert "/workshop/compare/?one=tiny@1&amp;other=tiny@2" in shown
    assert "Changed since" not in seen(lin, f"/ratings/{first.pk}/")
    assert "Beside the challengers" not in shown


def test_a_shipped_pack_is_adopted_from_a_day_and_leaves_the_list(at: At) -> None:
    lin = at("lin")
    assert "/policies/adopt/net/" in seen(lin, "/policies/")
    sent(lin, "/policies/adopt/net/", 422, effective_from="soon")
    assert not PolicyDocument.objects.filter(code="net").exists()
    assert sent(lin, "/policies/adopt/net/", effective_from="2026-08-01") == "/policies/net/1/"
    assert "/policies/adopt/net/" not in seen(lin, "/policies/")
    seen(lin, "/policies/adopt/net/", 404)
    assert "No version is in this state" in seen(lin, "/policies/?state=ended")
    assert "Tiny" in seen(lin, "/policies/?state=holds")


@pytest.mark.req("ADV-03", "FOU-01")
def test_a_further_version_of_a_shipped_pack_goes_through_approval_but_in_an_emergency(at: At) -> None:
    lin, root, page = at("lin"), at("root"), "/policies/adopt/net/"
    shipped = next(pack.text for pack in drafting.shipped() if pack.header.code == "net")
    own = shipped.replace('version: "1"', 'version: "0"')
    assert own != shipped
    day = date(2026, 1, 1)
    drafting.adopt(actor=system_actor(), on=day, kind="rating", text=own, effective_from=day)

    offered = seen(lin, page)
    assert "goes through the chain of approval" in offered
    assert "past_chain_why" not in offered  # who manages policies has no right to pass by the chain
    sent(lin, page, 403, effective_from="2026-08-01", past_chain_why="监管要求")
    sent(root, page, 422, effective_from="2026-08-01", past_chain_why=" ")
    assert [one.version for one in PolicyDocument.objects.filter(code="net")] == ["0"]

    draft = begun(lin, "shipped:net")
    assert "Submit for approval" in seen(lin, draft)
    assert sent(root, page, effective_from="2026-08-01", past_chain_why="监管要求") == "/policies/net/1/"
    assert Entry.objects.get(act="policies.adopt_past_chain").reason == "监管要求"


def test_movers_are_listed_narrowed_explained_and_exported(at: At) -> None:
    lin = at("lin")
    draft = begun(lin)
    sent(lin, f"{draft}save/", revision=1, text=SECOND.replace("value: 12,", "value: 3,"))
    here = sent(
        lin, "/workshop/simulations/new/", new=f"draft:{draft.split('/')[3]}", on=JUNE.isoformat(), series=1
    )
    movers = f"{here}2026-06-30/customers/"

    assert "公司C-03" in seen(lin, movers)
    assert "公司C-03" in seen(lin, f"{movers}?old=B&new=A&kind=cap&code=new_customer")
    assert "Nobody would move" in seen(lin, f"{movers}?old=A")
    case = seen(lin, f"{here}2026-06-30/customer/?no=C-03")
    assert case.count("new customer") == 2
    seen(lin, f"{here}2026-06-30/customer/?no=C-01", 404)
    seen(lin, f"{here}1/customers/", 404)
    answer = lin.get(f"{here}export/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [row[1].value for row in book["Customers"].iter_rows(min_row=2)] == ["C-03"]
    assert "thrown away" in lin.post(f"{here}discard/", follow=True).content.decode()
    seen(lin, here, 404)


def test_a_large_base_is_computed_in_the_background_and_can_be_stopped(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulations, "AT_ONCE", 5)
    lin = at("lin")
    here = sent(lin, "/workshop/simulations/new/", new="tiny@1", on=JUNE.isoformat(), series=1)

    assert "0 of 1 days" in seen(lin, here, **PART)
    sent(lin, f"{here}discard/", 409)
    sent(lin, f"{here}cancel/")
    assert Entry.objects.filter(act="policies.cancel_simulation").exists()


def test_what_cannot_be_simulated_is_said_beside_the_form(at: At) -> None:
    lin = at("lin")
    begin = "/workshop/simulations/new/"
    day = JUNE.isoformat()
    assert "Nothing was simulated yet" in seen(lin, "/workshop/simulations/")
    assert "Nothing is measured" in sent(lin, begin, 422, new="tiny@1", on="2020-01-31", series=1)
    assert "in force on" in sent(lin, begin, 422, new="shipped:net", on=day, series=1)
    ahead = (business_day() + timedelta(days=40)).isoformat()
    assert "lies after" in sent(lin, begin, 422, new="tiny@1", on=ahead, series=1)
    sent(lin, begin, 422, new="other@1", on=day, series=0)
    assert "Nothing was simulated yet" in seen(lin, "/workshop/simulations/")
    assert not Run.objects.exists()


def test_who_may_only_read_is_offered_nothing_to_change(at: At) -> None:
    draft = begun(at("lin"))
    zhao = at("zhao")
    page = seen(zhao, draft)
    assert "readonly" in page
    for word in ("Submit for approval", "Give the draft up", "Bring back", ">Save<"):
        assert word not in page
    for address in ("save/", "values/", "check/", "submit/", "discard/", "propose/", "reject/"):
        sent(zhao, f"{draft}{address}", 403, text=SECOND, revision=1, effective_from="2026-12-31", reason="x")
    seen(zhao, "/workshop/simulations/new/", 403)
    seen(zhao, "/policies/adopt/net/", 403)
    seen(at("wang"), draft, 404)
    assert PolicyRevision.objects.count() == 1


def test_pages_speak_chinese(at: At) -> None:
    Person.objects.filter(login="lin").update(language="zh-hans")
    lin = at("lin")
    lin.cookies["django_language"] = "zh-hans"
    draft = begun(lin, "")
    for address in (
        "/policies/",
        draft,
        f"{draft}?as=form",
        "/workshop/compare/",
        "/workshop/simulations/new/",
    ):
        page = seen(lin, address)
        assert not re.search(r">\s*(Save|Simulate|Compare|Drafts|Submit)\s*<", page), address

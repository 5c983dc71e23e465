"""Queued work: done in somebody's name, refused in words, and never half done."""

from __future__ import annotations

import os
from datetime import date

import pytest
from django.core.management import call_command

from tests.runs.machine import Machine
from tests.web import credit_world
from xinheng.base.access import services as access
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs.errors import NoPolicyInForce
from xinheng.indicators.models import Measurement
from xinheng.judgements.ratings.models import Run
from xinheng.runs import services as runs
from xinheng.runs.errors import AlreadyServed, JobUnknown

DAY = date(2026, 6, 30)


def work() -> None:
    """The worker does what is queued, and ends."""
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_work_is_done_in_the_name_of_who_asked() -> None:
    credit_world.found(count=2)
    job = runs.enqueue_rating("adv", date(2026, 5, 31), "credit")
    assert runs.job_state(job).state == "waiting"

    work()

    done = runs.job_state(job)
    assert done.state == "done"
    noted = Entry.objects.get(act="ratings.run", subject=f"run:{done.result}")
    assert (noted.actor_login, noted.via) == ("credit", "run")


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("RR-14")
def test_a_refusal_in_the_queue_is_worded_for_who_asked_and_noted() -> None:
    credit_world.found(count=2)
    jobs = [
        runs.enqueue_rating("adv", DAY, "wang"),
        runs.enqueue_post(99, "credit"),
        runs.enqueue_resuming(99, "credit"),
    ]
    access.deactivate(actor=system_actor(), on=runs.business_day(), login="li")
    jobs.append(runs.enqueue_measuring(DAY, "li"))

    work()

    told = [runs.job_state(job) for job in jobs]
    assert [one.state for one in told] == ["refused"] * 4
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in one.detail) for one in told)
    refused = Entry.objects.filter(outcome="refused").order_by("id")
    assert [(one.act, one.actor_login) for one in refused] == [
        ("ratings.run", "wang"), ("intake.post", "credit"), ("intake.resume", "credit"), ("indicators.measure", "li"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_job_is_seen_by_its_owner_and_by_who_may() -> None:
    credit_world.found(count=2)
    job = runs.enqueue_measuring(DAY, "credit")

    assert runs.job_of(Actor("credit", ""), job).state == "waiting"
    assert runs.job_of(Actor("boss", "", permits=frozenset({"*.read"})), job).state == "waiting"
    for actor, asked in ((Actor("wang", ""), job), (Actor("credit", ""), "no-such-job")):
        with pytest.raises(JobUnknown):
            runs.job_of(actor, asked)
    assert runs.job_state("no-such-job").state == "unknown"


@pytest.mark.django_db
def test_nothing_unfinished_is_nothing_to_tell() -> None:
    assert runs.unfinished_work() == []


@pytest.mark.django_db(transaction=True)
def test_what_another_process_is_at_is_not_taken_for_cut_off() -> None:
    credit_world.found(count=2)
    run = Run.objects.latest("id")
    Run.objects.filter(pk=run.pk).update(state="running")

    with runs.at_work():
        assert runs.unfinished_work() == []
        run.refresh_from_db()
        assert run.state == "running"

    assert len(runs.unfinished_work()) == 1
    run.refresh_from_db()
    assert run.state == "failed"


@pytest.mark.django_db(transaction=True)
def test_the_cause_of_an_unexpected_stop_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    credit_world.found(count=2)

    def break_down(**_told: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("xinheng.indicators.services.measure", break_down)
    job = runs.enqueue_measuring(DAY, "credit")

    work()

    assert runs.job_state(job).state == "failed"
    assert "a mistake of ours" in caplog.text
    assert "credit" in caplog.text


def test_the_one_place_of_a_server_is_taken_once_and_says_by_whom() -> None:
    with runs.server_place() as place:
        place.tell("http://127.0.0.1:8000/")
        with pytest.raises(AlreadyServed) as refused, runs.server_place():
            pass
    assert refused.value.params["process"] == os.getpid()
    assert "http://127.0.0.1:8000/" in str(refused.value)
    with runs.server_place():
        pass  # given back


@pytest.mark.django_db(transaction=True)
def test_the_flow_tells_what_it_does() -> None:
    credit_world.found(count=2)
    told: list[tuple[str, int, int]] = []

    made = runs.measure_and_rate(
        actor=system_actor(), on=DAY, as_of=DAY, policies=["adv"], tell=lambda *step: told.append(step)
    )

    assert len(made) == 1
    assert told == [("measure", 0, 2), ("adv", 1, 2), ("done", 2, 2)]


@pytest.mark.req("ADV-03")
@pytest.mark.django_db(transaction=True)
def test_without_a_policy_in_force_nothing_is_measured_or_graded() -> None:
    credit_world.found(count=2)
    before = Measurement.objects.count(), Run.objects.count()

    with pytest.raises(NoPolicyInForce):
        runs.measure_and_rate(
            actor=system_actor(), on=DAY, as_of=date(1999, 12, 31), tell=lambda *_step: None
        )

    assert (Measurement.objects.count(), Run.objects.count()) == before


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Machine:
    """A machine with a small company."""
    made = Machine(tmp_path_factory.mktemp("xinheng-machine"))
    made.run('call_command("migrate", verbosity=0)\ncredit_world.found(count=3)')
    return made


@pytest.mark.any_database
def test_a_killed_run_leaves_the_last_state_and_is_told_at_the_next_start(machine: Machine) -> None:
    before = machine.run(
        "from xinheng.judgements.ratings.models import *\nprint(Run.objects.count(), Grade.objects.count())"
    )
    machine.kill_where_it_stands_still(
        """
from xinheng.judgements.ratings import rating
job = runs.enqueue_rating("adv", date(2026, 5, 31), "credit")
Path(os.environ["XINHENG_HOME"], "job").write_text(job)
rating._flush = stand_still
work()
"""
    )

    started = machine.run(
        """
from xinheng.judgements.ratings.models import *
job = Path(os.environ["XINHENG_HOME"], "job").read_text()
print(runs.job_state(job).state, runs.job_state(job).state)
print(*runs.unfinished_work(), sep="|")
print(runs.job_state(job).state, Run.objects.filter(state="failed").count())
print(Run.objects.filter(state="done").count(), Grade.objects.count())
again = runs.enqueue_rating("adv", date(2026, 5, 31), "credit")
work()
print(runs.job_state(again).state, runs.unfinished_work())
"""
    ).splitlines()

    assert started[0].split()[0] == "running"
    assert "1" in started[1]
    assert started[2] == "failed 1"
    assert started[3] == before.strip()
    assert started[4] == "done []"


@pytest.mark.any_database
def test_a_killed_import_posts_nothing_and_is_resumed(machine: Machine) -> None:
    machine.kill_where_it_stands_still(
        """
from xinheng.facts.intake import working
path = Path(os.environ["XINHENG_HOME"], "bills.csv")
rows = "".join(f"C-0001,K-{n},2026-05-01,2026-05-31,1.00\\n" for n in range(500))
path.write_text("客户编号,账单号,开票日期,到期日,金额\\n" + rows)
batch = intake.receive(actor=credit_world.actor_named("credit"), on=DAY, path=path, kind="bills")
runs.enqueue_import(batch.pk, "credit")
work()
post = working.post_rows
working.post_rows = lambda *told: (post(*told), stand_still())
runs.enqueue_post(batch.pk, "credit")
work()
"""
    )

    started = machine.run(
        """
from xinheng.facts.intake.models import Batch
from xinheng.facts.receivables.models import Bill
batch = Batch.objects.latest("id")
print(batch.state, Bill.objects.filter(bill_no__startswith="K-").count())
print(*runs.unfinished_work(), sep="|")
job = runs.enqueue_resuming(batch.pk, "credit")
work()
batch.refresh_from_db()
print(runs.job_state(job).state, batch.state, Bill.objects.filter(bill_no__startswith="K-").count())
print(runs.unfinished_work())
"""
    ).splitlines()

    assert started[0] == "posting 0"
    assert "bills.csv" in started[1]
    assert "xinheng resume" in started[1]
    assert started[2] == "done posted 500"
    assert started[3] == "[]"

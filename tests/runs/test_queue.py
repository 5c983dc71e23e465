"""Queued work: done in somebody's name, refused in words, and never half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.web import credit_world
from xinheng.base.access import services as access
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.runs import services as runs
from xinheng.runs.errors import JobUnknown

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
def test_the_flow_tells_what_it_does() -> None:
    credit_world.found(count=2)
    told: list[tuple[str, int, int]] = []

    made = runs.measure_and_rate(
        actor=system_actor(), on=DAY, as_of=DAY, policies=["adv"], tell=lambda *step: told.append(step)
    )

    assert len(made) == 1
    assert told == [("measure", 0, 2), ("adv", 1, 2), ("done", 2, 2)]


WORLD = """
import os, sys, time
import django
django.setup()
from datetime import date
from pathlib import Path
from django.core.management import call_command
from tests.web import credit_world
from xinheng.facts.intake import services as intake
from xinheng.runs import services as runs
DAY = date(2026, 6, 30)

def work():
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)

def stand_still(*_args, **_named):
    print("standing still", flush=True)
    time.sleep(600)
"""


class Machine:
    """Processes of their own on a file database below `home`, so that they can be killed."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {
            **kept, "XINHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings",
        }  # fmt: skip
        self.home = home

    def run(self, script: str) -> str:
        """A script to its end; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", WORLD + script], env=self.environment, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill_where_it_stands_still(self, script: str) -> None:
        """A script that says so when it stands still, and is then killed without a chance to tidy up."""
        process = subprocess.Popen(
            [sys.executable, "-c", WORLD + script], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout
            for line in process.stdout:
                if line.strip() == "standing still":
                    break
            else:
                raise AssertionError("it never stood still")
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
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

"""Long work, queued in the same database and done by a worker beside the server."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import date
from typing import Any, ParamSpec

from django.utils import translation
from django_tasks import task

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.access.errors import PersonInactive
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.archive import services as archive
from xinheng.facts.intake import services as intake
from xinheng.facts.metering import services as metering
from xinheng.facts.receivables import queries as receivables
from xinheng.indicators import services as indicators
from xinheng.judgements.demand import services as demand
from xinheng.judgements.limits import services as limits
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.shadow import services as shadow
from xinheng.judgements.theft import services as theft
from xinheng.operations.confirmations import services as confirmations
from xinheng.operations.inspections import queries as inspections
from xinheng.runs.clock import business_day

P = ParamSpec("P")
log = logging.getLogger(__name__)


def _job(act: str, subject: str = "") -> Callable[[Callable[P, Any]], Callable[P, dict[str, Any]]]:
    """A refusal ends the job with its words kept as the result and the refused act on the trail.

    The last argument of a job is the login in whose name it works; it speaks that person's language.
    subject: what the first argument names, as "batch".
    """

    def wrap(function: Callable[P, Any]) -> Callable[P, dict[str, Any]]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
            login = str(args[-1])
            person = people.person_by_login(login)
            with translation.override(person.language):
                try:
                    _require_active(login, is_active=person.is_active)
                    return {"result": function(*args, **kwargs)}
                except Refusal as refusal:
                    audit.record_refusal(
                        actor=_actor(login),
                        act=act,
                        subject=f"{subject}:{args[0]}",
                        on=business_day(),
                        refusal=refusal,
                    )
                    return {"refused": refusal.code, "detail": str(refusal)}
                except Exception:
                    log.exception("%s %s:%s, asked for by %s, stopped", act, subject, args[0], login)
                    raise

        return run

    return wrap


def _require_active(login: str, *, is_active: bool) -> None:
    if not is_active:
        raise PersonInactive(login=login)


def _actor(login: str) -> Actor:
    return access.actor_of(people.person_by_login(login), on=business_day(), via="run")


@task()
@_job("intake.read", "batch")
def read_batch(batch_no: int, _login: str) -> int:
    """Read and check one file."""
    intake.read_and_check(batch_no)
    return batch_no


@task()
@_job("intake.post", "batch")
def post_batch(batch_no: int, login: str) -> int:
    """Put the checked rows of one file into the books."""
    intake.post(actor=_actor(login), on=business_day(), batch_no=batch_no)
    if receivables.is_large():
        refresh_ageing.enqueue(batch_no, login)
    return batch_no


@task()
@_job("confirmations.refresh_ageing", "batch")
def refresh_ageing(_batch_no: int, _login: str) -> bool:
    """Write the columnar files of the ageing anew after a file was posted, so that pages need not wait."""
    return confirmations.refresh(actor=system_actor("import"), on=business_day())


@task()
@_job("metering.read_and_check", "metering_batch")
def check_metering(batch_no: int, _login: str) -> int:
    """Read and check one file of consumers, meters or measured values."""
    metering.read_and_check(batch_no)
    return batch_no


@task()
@_job("metering.post", "metering_batch")
def post_metering(batch_no: int, login: str) -> int:
    """Put the checked values of one file in, and find the marks of their months."""
    metering.post(actor=_actor(login), on=business_day(), batch_no=batch_no)
    return batch_no


@task()
@_job("intake.resume", "batch")
def resume_batch(batch_no: int, login: str) -> int:
    """Go on with one file whose work was cut off."""
    intake.resume(actor=_actor(login), on=business_day(), batch_no=batch_no)
    return batch_no


@task()
@_job("indicators.measure", "day")
def measure(as_of: str, login: str) -> int:
    """Measure all customers as of a day; gives the measurement."""
    day = date.fromisoformat(as_of)
    return int(indicators.measure(actor=_actor(login), on=business_day(), as_of=day).pk)


@task()
@_job("ratings.run", "policy")
def measure_and_rate(policy_code: str, as_of: str, login: str) -> int:
    """Measure all customers as of a day and rate them by one policy; gives the run."""
    actor, day = _actor(login), date.fromisoformat(as_of)
    indicators.measure(actor=actor, on=business_day(), as_of=day)
    run = ratings.rate(actor=actor, on=business_day(), policy_code=policy_code, as_of=day)
    scorecards.rate_beside(actor=actor, on=business_day(), run_id=run.pk)
    reviews.look_for_events(actor=actor, on=business_day(), run_id=run.pk)
    return int(run.pk)


@task()
@_job("policies.simulate", "simulation")
def simulate(number: int, login: str) -> int:
    """Compute a simulation that was begun; gives its number."""
    return int(ratings.run_simulation(actor=_actor(login), on=business_day(), number=number).number)


@task()
@_job("scorecards.fit", "fit")
def fit_card(number: int, login: str) -> int:
    """Fit a card that was asked for; gives its number."""
    return int(scorecards.run_fit(actor=_actor(login), on=business_day(), number=number).pk)


@task()
@_job("shadow.run", "shadow")
def replay_past(number: int, login: str) -> int:
    """Replay a past that was handed in; gives the number of the replay."""
    return int(shadow.run(actor=_actor(login), on=business_day(), number=number).pk)


@task()
@_job("limits.check", "day")
def recheck_held(on: str, login: str) -> dict[str, int]:
    """Ask the rules again about every held order within reach; gives how many now stand how."""
    return dict(limits.recheck_all(actor=_actor(login), on=date.fromisoformat(on)))


@task()
@_job("archive.check", "day")
def check_archive(on: str, login: str) -> int:
    """Prove every kept file, going on where an earlier check was cut off; gives the check."""
    return archive.check_fixity(actor=_actor(login), on=date.fromisoformat(on)).run


@task()
@_job("demand.make_run", "forecast")
def forecast_demand(number: int, login: str) -> int:
    """Make a demand forecast that was asked for; gives its number."""
    return int(demand.make_run(actor=_actor(login), on=business_day(), number=number).pk)


@task()
@_job("theft.rank", "ranking")
def rank_suspects(on: str, login: str) -> int:
    """Rank all consumers by suspicion of theft; gives the ranking."""
    return int(theft.rank(actor=_actor(login), on=date.fromisoformat(on)).pk)


@task()
@_job("theft.fit", "ranking")
def learn_suspicion(on: str, login: str) -> int:
    """Learn a ranking from what inspections found; gives what was learned."""
    day = date.fromisoformat(on)
    labels = inspections.all_labels(as_of=day)
    return int(theft.fit(actor=_actor(login), on=day, labels=labels).pk)

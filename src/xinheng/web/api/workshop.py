"""The workshop of policies: drafts, comparisons, simulations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.judgements.ratings.values import Plan, PolicyText
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.api.fields import USUAL_LIMIT, Id, Limit
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import JobOut
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.taken_away import FILE, file_answer
from xinheng.web.api.workshop_schemas import (
    DraftIn,
    DraftOut,
    DraftReasonIn,
    DraftSubmitIn,
    DraftTextIn,
    DraftWhole,
    PolicyDifferenceOut,
    ProposalIn,
    RestoreIn,
    RevisionOut,
    RevisionWhole,
    SimulatedMoverOut,
    SimulationIn,
    SimulationOut,
    SimulationWhole,
)

router = Router(tags=["policies"])
KIND = "rating"
Named = Annotated[str, Query(max_length=80)]
Chosen = Annotated[str, Query(min_length=1, max_length=80)]  # must be named


@router.get("/policy-drafts", response={200: list[DraftOut], **PROBLEMS})
def drafts(request: HttpRequest) -> list[Any]:
    """The drafts you may see, the newest first."""
    return list(packs.drafts(actor_of(request), KIND))


@router.post("/policy-drafts", response={201: DraftOut, **PROBLEMS})
@once()
def begin_draft(request: HttpRequest, body: DraftIn) -> Status[Any]:
    """Begin a draft with a text, with that of a policy, or with a small sound one."""
    actor, label, text = actor_of(request), "", body.text or compared.skeleton()
    access.require(actor, "policies.draft", body.start_from)
    if body.start_from:
        label, named = packs.text_named(actor, KIND, body.start_from, on=runs.business_day())
        text = body.text or named
    kept = drafting.begin_draft(
        actor=actor, on=runs.business_day(), kind=KIND, text=text,
        started_from=label.partition("#")[0], purpose=body.purpose,
    )  # fmt: skip
    return Status(201, DraftOut.from_orm(kept))


@router.get("/policy-drafts/{draft_id}", response={200: DraftWhole, **PROBLEMS})
def one_draft(request: HttpRequest, draft_id: Id) -> dict[str, Any]:
    """One draft with its text and what is wrong with it."""
    kept = packs.draft(actor_of(request), draft_id)
    text = packs.revisions(draft_id).get(number=kept.revision).text
    problems = [fault.words for fault in compared.faults_of(text)]
    return {**DraftOut.from_orm(kept).model_dump(), "text": text, "problems": problems}


@router.put("/policy-drafts/{draft_id}", response={200: DraftOut, **PROBLEMS})
@once()
def save_draft(request: HttpRequest, draft_id: Id, body: DraftTextIn) -> Status[Any]:
    """Save a text into a draft; refused where somebody saved meanwhile."""
    kept = drafting.save_draft(
        actor=actor_of(request), on=runs.business_day(), draft_id=draft_id, **body.model_dump()
    )
    return Status(200, DraftOut.from_orm(kept))


@router.get("/policy-drafts/{draft_id}/revisions", response={200: list[RevisionOut], **PROBLEMS})
def revisions(request: HttpRequest, draft_id: Id, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The revisions of a draft, the newest first."""
    kept = packs.draft(actor_of(request), draft_id)
    return list(packs.revisions(kept.pk).defer("text")[:limit])


@router.get("/policy-drafts/{draft_id}/revisions/{number}", response={200: RevisionWhole, **PROBLEMS})
def one_revision(request: HttpRequest, draft_id: Id, number: Id) -> Any:
    """One revision of a draft with its text."""
    return packs.revision(actor_of(request), draft_id, number)


@router.post("/policy-drafts/{draft_id}/restoration", response={200: DraftOut, **PROBLEMS})
@once()
def restore_draft(request: HttpRequest, draft_id: Id, body: RestoreIn) -> Status[Any]:
    """Bring an earlier revision back, as a new one; refused where somebody saved meanwhile."""
    kept = drafting.restore_draft(
        actor=actor_of(request), on=runs.business_day(), draft_id=draft_id, **body.model_dump()
    )
    return Status(200, DraftOut.from_orm(kept))


@router.post("/policy-drafts/{draft_id}/proposal", response={200: DraftOut, **PROBLEMS})
@once()
def propose_draft(request: HttpRequest, draft_id: Id, body: ProposalIn) -> Status[Any]:
    """Propose a change to those who make policies."""
    kept = drafting.propose_draft(
        actor=actor_of(request), on=runs.business_day(), draft_id=draft_id, purpose=body.purpose
    )
    return Status(200, DraftOut.from_orm(kept))


@router.post("/policy-drafts/{draft_id}/submission", response={200: DraftOut, **PROBLEMS})
@once()
def submit_draft(request: HttpRequest, draft_id: Id, body: DraftSubmitIn) -> Status[Any]:
    """Send a draft through the chain of approval."""
    kept = drafting.submit_draft(
        actor=actor_of(request), on=runs.business_day(), draft_id=draft_id, **body.model_dump()
    )
    return Status(200, DraftOut.from_orm(kept))


@router.post("/policy-drafts/{draft_id}/rejection", response={200: DraftOut, **PROBLEMS})
@once()
def reject_proposal(request: HttpRequest, draft_id: Id, body: DraftReasonIn) -> Status[Any]:
    """Turn a proposal down; it is kept with the reason."""
    kept = drafting.reject_proposal(
        actor=actor_of(request), on=runs.business_day(), draft_id=draft_id, reason=body.reason
    )
    return Status(200, DraftOut.from_orm(kept))


@router.delete("/policy-drafts/{draft_id}", response={200: DraftOut, **PROBLEMS})
@once()
def discard_draft(request: HttpRequest, draft_id: Id) -> Status[Any]:
    """Give a draft up; its revisions are kept."""
    kept = drafting.discard_draft(actor=actor_of(request), on=runs.business_day(), draft_id=draft_id)
    return Status(200, DraftOut.from_orm(kept))


@router.get("/policy-differences", response={200: list[PolicyDifferenceOut], **PROBLEMS})
def differences(request: HttpRequest, one: Named = "", other: Named = "") -> list[Any]:
    """What differs between two policies, by their names: adv@1, shipped:adv, draft:3. None named: nothing."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "policies.read")
    if not one or not other:
        return []
    both = [
        policies.load(text, file=label)
        for label, text in (packs.text_named(actor, KIND, name, on=today) for name in (one, other))
    ]
    found = compared.differences(*both)
    words = reports.told_differences(*both, found=found)
    return [
        {
            **vars(difference), "part_name": compared.part_word(difference.part), "field_name": told.field,
            "before_text": told.before, "after_text": told.after,
        }
        for difference, told in zip(found, words, strict=True)
    ]  # fmt: skip


@router.get("/policy-differences/export", response=PROBLEMS, openapi_extra=FILE)
def export_differences(request: HttpRequest, one: Chosen, other: Chosen) -> HttpResponse:
    """What differs between two policies, in words, as Excel."""
    actor, today = actor_of(request), runs.business_day()
    old, new = (PolicyText(*packs.text_named(actor, KIND, name, on=today)) for name in (one, other))
    content = reports.export_compared_policies(actor=actor, on=today, old=old, new=new)
    return file_answer(content, f"policies-{today}", "xlsx")


@router.get("/simulations", response={200: list[SimulationOut], **PROBLEMS})
def simulations(request: HttpRequest, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """The simulations you may see, the newest first."""
    return ratings.simulations(actor_of(request))[:limit]


@router.post("/simulations", response={202: JobOut, **PROBLEMS})
@once()
def start_simulation(request: HttpRequest, body: SimulationIn) -> Status[Any]:
    """Queue a simulation; the job gives its number. No real grade is touched."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "policies.simulate", body.new)
    new = PolicyText(*packs.text_named(actor, KIND, body.new, on=body.on))
    if body.against:
        old = PolicyText(*packs.text_named(actor, KIND, body.against, on=body.on))
    else:
        held = packs.in_force(KIND, policies.load(new.text, file=new.label).code, on=body.on)
        old = PolicyText(f"{held.code}@{held.version}", held.text)
    plan = Plan(new, old, rating.month_ends(body.on, body.series))
    begun = rating.begin_simulation(actor=actor, on=today, plan=plan)
    return Status(202, {"id": runs.enqueue_simulation(begun.number, actor.login), "state": "waiting"})


@router.get("/simulations/{number}", response={200: SimulationWhole, **PROBLEMS})
def one_simulation(request: HttpRequest, number: Id) -> Any:
    """One simulation as it stands, with the days that are done."""
    return ratings.simulation(actor_of(request), number)


@router.get("/simulations/{number}/movers", response={200: list[SimulatedMoverOut], **PROBLEMS})
def simulated_movers(
    request: HttpRequest, number: Id, as_of: date | None = None, limit: Limit = USUAL_LIMIT
) -> list[Any]:
    """Who would move on a day, within your reach; the last day that is done where none is named."""
    actor, today = actor_of(request), runs.business_day()
    kept = ratings.simulation(actor, number)
    day = as_of or (kept.days[-1].as_of if kept.days else today)
    return ratings.simulated_movers(actor, number, day, on=today)[:limit]


@router.delete("/simulations/{number}", response={200: SimulationOut, **PROBLEMS})
@once()
def cancel_simulation(request: HttpRequest, number: Id) -> Status[Any]:
    """Stop a simulation under way; throw one that ended away."""
    actor, today = actor_of(request), runs.business_day()
    access.require(actor, "policies.simulate", f"simulation:{number}")
    kept = ratings.simulation(actor, number)
    act = rating.cancel_simulation if kept.state in ("waiting", "running") else rating.discard_simulation
    act(actor=actor, on=today, number=number)
    return Status(200, SimulationOut.from_orm(kept))

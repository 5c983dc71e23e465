"""The end of the day: once a day, after midnight, whichever server comes first."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive import services as archive
from xinheng.facts.custody import services as custody
from xinheng.facts.instruments import services as instruments
from xinheng.facts.metering import queries as metering
from xinheng.facts.privacy import services as privacy
from xinheng.facts.retention import services as retention
from xinheng.facts.texts import services as texts
from xinheng.judgements.applications import services as applications
from xinheng.judgements.arrears import services as arrears
from xinheng.judgements.consumers import services as consumers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.theft import services as theft
from xinheng.judgements.warnings import services as warnings
from xinheng.operations.collection import services as collection
from xinheng.operations.confirmations import services as confirmations
from xinheng.operations.dunning import services as dunning
from xinheng.operations.duties import services as duties
from xinheng.operations.key_accounts import services as key_accounts
from xinheng.runs.consumer_events import raise_demerits
from xinheng.runs.presence import at_work


def end_day_if_due(*, on: date) -> bool:
    """End the day before, unless the running sums were proven on this day; gives whether it was done."""
    proof = credit.last_proof()
    if proof is not None and proof.on >= on:
        return False
    with at_work():
        applications.watch_papers(actor=system_actor("night"), on=on)
        dunning.follow_all(actor=system_actor("night"), on=on)
        collection.end_day(actor=system_actor("night"), on=on)
        confirmations.end_day(actor=system_actor("night"), on=on)
        arrears.end_day(actor=system_actor("night"), on=on)
        if metering.has_consumers():
            raise_demerits(actor=system_actor("night"), on=on)
            consumers.end_day(actor=system_actor("night"), on=on)
        theft.end_day(actor=system_actor("night"), on=on)
        instruments.end_day(actor=system_actor("night"), on=on)
        archive.end_day(actor=system_actor("night"), on=on)
        limits.end_day(actor=system_actor("night"), on=on)
        custody.remind(actor=system_actor("night"), on=on, at=timestamp())
        secrecy.lapse(actor=system_actor("night"), on=on)
        retention.fix_terms(actor=system_actor("night"), on=on)
        privacy.end_day(actor=system_actor("night"), on=on)
        key_accounts.escalate(actor=system_actor("night"), on=on)
        duties.end_day(actor=system_actor("night"), on=on)
        warnings.watch(actor=system_actor("night"), on=on)
        warnings.send_digest(actor=system_actor("night"), on=on)
        texts.end_day(actor=system_actor("night"), on=on)
    return True

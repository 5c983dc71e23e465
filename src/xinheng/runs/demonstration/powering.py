"""The demonstration utility from its meters to what is found and foretold of it, in the order of the work."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.runs.demonstration.consumer_risks import judge_consumers
from xinheng.runs.demonstration.forecasting import forecast_demand
from xinheng.runs.demonstration.inspecting import inspect
from xinheng.runs.demonstration.metering import supply_power
from xinheng.runs.demonstration.serving import serve_key_accounts


def run_the_utility(*, actor: Actor, on: date) -> None:
    """Load what was measured, then serve, rate, rank, inspect and forecast. Each of it is done once."""
    supply_power(actor=actor, on=on)
    judge_consumers(actor=actor, on=on)
    serve_key_accounts(actor=actor, on=on)
    inspect(actor=actor, on=on)
    forecast_demand(actor=actor, on=on)

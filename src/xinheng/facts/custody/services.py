"""The acts of custody."""

from __future__ import annotations

from xinheng.facts.custody.consulting import consult, correct, end_grant, give_grant, give_proxy
from xinheng.facts.custody.handing import (
    call_off,
    cancel_handover,
    cancel_waiting,
    expect_handover,
    open_handover,
    write_list,
)
from xinheng.facts.custody.incidents import close_incident, report_incident
from xinheng.facts.custody.keeping import (
    appoint_archivist,
    check_report,
    end_archivist,
    file_report,
    plan_tidying,
    report_data,
    tidy,
)
from xinheng.facts.custody.leaving import begin_leaving, finish_leaving
from xinheng.facts.custody.lending import hand_out, renew, take_back
from xinheng.facts.custody.placing import add_place, close_place, put
from xinheng.facts.custody.reminding import remind
from xinheng.facts.custody.seasons import close_season, open_season, run_seasons
from xinheng.facts.custody.signing import hand_in_nil, sign
from xinheng.facts.custody.slips import ask_for_papers, withdraw_slip
from xinheng.facts.custody.stocktaking import (
    close_stock_take,
    open_stock_take,
    read_codes,
    scan,
    settle_difference,
)
from xinheng.facts.custody.verifying import check_before, do_step, send_back, verify

__all__ = [
    "add_place", "appoint_archivist", "ask_for_papers", "begin_leaving", "call_off", "cancel_handover",
    "cancel_waiting", "check_before", "check_report", "close_incident", "close_place", "close_season",
    "close_stock_take", "consult", "correct", "do_step", "end_archivist", "end_grant", "expect_handover",
    "file_report", "finish_leaving", "give_grant", "give_proxy", "hand_in_nil", "hand_out", "open_handover",
    "open_season", "open_stock_take", "plan_tidying", "put", "read_codes", "remind", "renew", "report_data",
    "report_incident", "run_seasons", "scan", "send_back", "settle_difference", "sign", "take_back", "tidy",
    "verify", "withdraw_slip", "write_list",
]  # fmt: skip

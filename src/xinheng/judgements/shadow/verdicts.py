"""What the rules say of a document in a replay, as limits.rules does: compiled code alone calls it."""

from __future__ import annotations

from typing import Any

from xinheng.judgements.shadow import machine as m
from xinheng.judgements.shadow.heaps import compiled


@compiled
def broken(asked: Any, minor: Any, rules: Any, state: Any, windows: Any) -> Any:
    """The rules asked about that a document of `minor` does not pass, and the most it lies over the limit."""
    found, over = 0, 0
    for rule in range(len(rules)):
        bit = 1 << rule
        if not asked & bit:
            continue
        if rules[rule, m.R_CHECK] == m.LIMIT:
            is_over, excess = _over_limit(rules[rule], minor, state, windows)
            if is_over:
                found |= bit
                over = max(over, excess)
        elif _is_overdue(rules[rule], state, windows):
            found |= bit
    return found, over


@compiled
def _over_limit(rule: Any, minor: Any, state: Any, windows: Any) -> Any:
    if state[m.LIMIT_STATE] == m.UNLIMITED:
        return False, 0
    wanted = exposure(state) + minor
    if rule[m.R_WINDOW] >= 0:
        wanted -= windows[rule[m.R_WINDOW], m.W_BEYOND]
    if state[m.LIMIT_STATE] != m.LIMITED:
        return True, wanted
    limit = state[m.OPEN_LIMIT]
    allowed = limit + limit * rule[m.R_PERCENT] // 100 + rule[m.R_AMOUNT] * 100
    return wanted > allowed, wanted - limit


@compiled
def _is_overdue(rule: Any, state: Any, windows: Any) -> Any:
    check, bound = rule[m.R_CHECK], rule[m.R_BOUND]
    if check == m.OLDEST:
        return state[m.OLDEST_DUE] >= 0 and state[m.TODAY] - state[m.OLDEST_DUE] > bound
    past = windows[rule[m.R_WINDOW], m.W_PAST]
    if check == m.SHARE:
        return state[m.RECEIVABLE] > 0 and past * 100 > state[m.RECEIVABLE] * bound
    return past > bound * 100


@compiled
def hardest(reasons: Any, rules: Any) -> Any:
    """warn, hold or stop; -1: there is no reason."""
    worst = m.HOLD if reasons & (m.NO_RULE | m.NOT_PAID) else -1
    for rule in range(len(rules)):
        if reasons & (1 << rule):
            worst = max(worst, rules[rule, m.R_STRENGTH])
    return worst


@compiled
def exposure(state: Any) -> Any:
    return state[m.RECEIVABLE] - state[m.PREPAID] + state[m.DELIVERED] + state[m.ORDERED]

"""The replay itself: one account after the other, each day by day, compiled to machine code.

A day goes so: payments, then orders, deliveries, bills and ends as they were told; at its end every order
that is held, or whose goods are held back, is asked about again, the longest held first, and what follows one
that passes is done at once. What comes after a held order comes later by the days it was held; what was
billed before is paid on its day.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from xinheng.judgements.shadow import heaps, verdicts
from xinheng.judgements.shadow import machine as m
from xinheng.judgements.shadow.heaps import compiled
from xinheng.judgements.shadow.machine import Machine


@njit(cache=True, nogil=True)
def replay(accounts: Any, told: Machine) -> None:
    """Replay some accounts; what is found of their orders is written into `told.orders`."""
    for account in accounts:
        if told.starts[account] < told.starts[account + 1]:
            _one(account, told)


@compiled
def _one(account: Any, told: Any) -> None:
    state = told.state
    pointer, end = told.starts[account], told.starts[account + 1]
    limit_at = told.limit_starts[account]
    today = told.log[pointer, m.E_DAY]
    _empty(state, told.windows, told.days)
    state[m.TODAY] = today
    while 0 <= today <= state[m.LAST_DAY]:
        _advance(today, state, told.windows, told.days)
        limit_at = _limit_of(limit_at, told.limit_starts[account + 1], told.limits, state)
        pointer = _documents(pointer, end, told)
        if state[m.WAITING]:
            _ask_again(told)
            _documents(end, end, told)  # of those that were let go
        today = _next_day(pointer, end, told)
    _count_waiting(told)


@compiled
def _empty(state: Any, windows: Any, days: Any) -> None:
    state[: m.CHECKED_FROM] = 0
    state[m.OLDEST_DUE] = -1
    windows[:, m.W_BEYOND] = 0
    windows[:, m.W_PAST] = 0
    days[:, :] = 0


@compiled
def _next_day(pointer: Any, end: Any, told: Any) -> Any:
    """The next day on which anything happens; -1: none."""
    state, soonest = told.state, -1
    if pointer < end:
        soonest = told.log[pointer, m.E_DAY]
    if state[m.HEAPED] and (soonest < 0 or told.heap[0] >> 44 < soonest):
        soonest = told.heap[0] >> 44
    if state[m.WAITING]:
        soonest = state[m.TODAY] + 1
    return soonest if soonest < 0 else max(soonest, state[m.TODAY] + 1)


@compiled
def _limit_of(place: Any, end: Any, limits: Any, state: Any) -> Any:
    while place < end and limits[place, m.L_DAY] <= state[m.TODAY]:
        state[m.LIMIT_STATE] = limits[place, m.L_STATE]
        state[m.OPEN_LIMIT] = limits[place, m.L_MINOR]
        place += 1
    return place


@compiled
def _documents(pointer: Any, end: Any, told: Any) -> Any:
    """All that is told on a day, from the log or moved to it. Gives how far the log is read."""
    log, heap, state = told.log, told.heap, told.state
    while True:
        is_logged = pointer < end and log[pointer, m.E_DAY] <= state[m.TODAY]
        is_moved = state[m.HEAPED] > 0 and heap[0] >> 44 <= state[m.TODAY]
        if not is_logged and not is_moved:
            return pointer
        if is_logged and is_moved:
            is_logged = heaps.place(log[pointer, m.E_DAY], pointer, log) < heap[0]
        if is_logged:
            event = pointer
            pointer += 1
        else:
            event = heaps.pop(heap, state)
        if not log[event, m.E_DONE]:
            _event(event, told)


@compiled
def _event(event: Any, told: Any) -> None:
    log, orders = told.log, told.orders
    kind, order = log[event, m.E_KIND], log[event, m.E_ORDER]
    if kind == m.ORDER:
        log[event, m.E_DONE] = 1
        _order(event, order, told)
    elif kind == m.CANCEL:
        log[event, m.E_DONE] = 1
        _cancel(order, told)
    elif kind in (m.PAYMENT, m.RECEIPT) and log[event, m.E_BILL] >= 0:
        bill = told.bills[log[event, m.E_BILL]]
        if bill[m.B_OPEN] and told.state[m.TODAY] == log[event, m.E_DAY] + bill[m.B_SHIFT]:
            log[event, m.E_DONE] = 1
            _book(event, told)
    elif order < 0:
        log[event, m.E_DONE] = 1
        _book(event, told)
    elif orders[order, m.O_STATUS] == m.PASSED:
        is_its_day = told.state[m.TODAY] == log[event, m.E_DAY] + orders[order, m.O_SHIFT]
        if is_its_day and not (kind == m.DELIVERY and _is_held_back(event, order, told)):
            log[event, m.E_DONE] = 1
            _book(event, told)


@compiled
def _order(event: Any, order: Any, told: Any) -> None:
    """Check an order; a passed one has spent the headroom, a held one waits and counts for nothing."""
    row, state = told.orders[order], told.state
    amount, reasons, over = told.log[event, m.E_MINOR], 0, 0
    if state[m.TODAY] >= state[m.CHECKED_FROM]:
        reasons, over = verdicts.broken(row[m.O_ASKED], amount, told.rules, state, told.windows)
        reasons |= row[m.O_BROKEN]
    worst = verdicts.hardest(reasons, told.rules)
    status = m.PASSED
    if worst >= m.HOLD:
        status = m.REJECTED if worst == m.STOP else m.HELD
    row[m.O_VERDICT], row[m.O_STATUS], row[m.O_REASONS], row[m.O_OVER] = status, status, reasons, over
    row[m.O_EXPOSURE], row[m.O_OWED], row[m.O_OVERDUE] = (
        verdicts.exposure(state),
        state[m.RECEIVABLE],
        told.windows[0, m.W_PAST],
    )
    row[m.O_LIMIT], row[m.O_LIMIT_STATE] = state[m.OPEN_LIMIT], state[m.LIMIT_STATE]
    if state[m.OLDEST_DUE] >= 0:
        row[m.O_OLDEST] = max(state[m.TODAY] - state[m.OLDEST_DUE], 0)
    row[m.O_ORDERED] = amount
    if status == m.PASSED:
        _plan(row, amount, state, told.windows, told.days)
    elif status == m.HELD:
        _wait(order, event, state, told.waiting)


@compiled
def _cancel(order: Any, told: Any) -> None:
    """The customer wants it no more, whether it is held or not: on its own day."""
    row = told.orders[order]
    if row[m.O_STATUS] == m.REJECTED:
        return
    if row[m.O_STATUS] != m.PASSED:
        row[m.O_ENDED] = told.state[m.TODAY]
    _plan(row, -row[m.O_UNDELIVERED], told.state, told.windows, told.days)
    row[m.O_STATUS] = m.CANCELLED


@compiled
def _is_held_back(event: Any, order: Any, told: Any) -> Any:
    """Whether goods may not leave on an order that passed; goods that come back always may."""
    row, today = told.orders[order], told.state[m.TODAY]
    if told.log[event, m.E_MINOR] <= 0 or today < told.state[m.CHECKED_FROM]:
        return False
    reasons = _at_the_gate(event, row, told)
    if verdicts.hardest(reasons, told.rules) < m.HOLD:
        return False
    row[m.O_STATUS] = m.HELD_BACK
    if row[m.O_BACK_ON] < 0:
        row[m.O_BACK_ON], row[m.O_BACK_REASONS] = today, reasons
    _wait(order, event, told.state, told.waiting)
    return True


@compiled
def _at_the_gate(event: Any, row: Any, told: Any) -> Any:
    minor = told.log[event, m.E_MINOR]
    if row[m.O_GATE_ASKED] & m.NOT_PAID:
        return m.NOT_PAID if told.state[m.PREPAID] < minor else 0
    more = max(minor - row[m.O_UNDELIVERED], 0)
    reasons, _over = verdicts.broken(row[m.O_GATE_ASKED], more, told.rules, told.state, told.windows)
    return reasons | row[m.O_GATE_BROKEN]


@compiled
def _wait(order: Any, event: Any, state: Any, waiting: Any) -> None:
    waiting[state[m.WAITING], 0], waiting[state[m.WAITING], 1] = order, event
    state[m.WAITING] += 1


@compiled
def _ask_again(told: Any) -> None:
    """Every order that waits, the longest first; those that need not wait any more are let go."""
    waiting, kept = told.waiting, 0
    for place in range(told.state[m.WAITING]):
        order, event = waiting[place]
        row = told.orders[order]
        if row[m.O_STATUS] == m.HELD:
            _ask_order_again(row, event, told)
        elif row[m.O_STATUS] == m.HELD_BACK:
            _ask_gate_again(row, event, told)
        if row[m.O_STATUS] in (m.HELD, m.HELD_BACK):
            waiting[kept, 0], waiting[kept, 1] = order, event
            kept += 1
    told.state[m.WAITING] = kept


@compiled
def _ask_order_again(row: Any, event: Any, told: Any) -> None:
    today = told.state[m.TODAY]
    reasons, _over = verdicts.broken(row[m.O_ASKED], row[m.O_ORDERED], told.rules, told.state, told.windows)
    worst = verdicts.hardest(reasons | row[m.O_BROKEN], told.rules)
    if worst == m.STOP:
        row[m.O_STATUS], row[m.O_ENDED] = m.REJECTED, today
    elif worst < m.HOLD:
        row[m.O_STATUS], row[m.O_RELEASED] = m.PASSED, today
        row[m.O_SHIFT] = today - told.log[event, m.E_DAY]
        _plan(row, row[m.O_ORDERED], told.state, told.windows, told.days)
        _follow(told.log[event, m.E_AFTER], row[m.O_SHIFT], told)


@compiled
def _ask_gate_again(row: Any, event: Any, told: Any) -> None:
    if verdicts.hardest(_at_the_gate(event, row, told), told.rules) >= m.HOLD:
        return
    waited = told.state[m.TODAY] - (told.log[event, m.E_DAY] + row[m.O_SHIFT])
    row[m.O_STATUS] = m.PASSED
    row[m.O_SHIFT] += waited
    row[m.O_BACK_DAYS] += waited
    _follow(event, row[m.O_SHIFT], told)


@compiled
def _follow(event: Any, shift: Any, told: Any) -> None:
    """Put what follows an order or a bill on the day it comes now."""
    log = told.log
    while event >= 0:
        if not log[event, m.E_DONE] and log[event, m.E_KIND] != m.CANCEL:
            if told.state[m.HEAPED] == len(told.heap):
                heaps.tidy(told)
            heaps.push(heaps.place(log[event, m.E_DAY] + shift, event, log), told.heap, told.state)
        event = log[event, m.E_AFTER]


@compiled
def _count_waiting(told: Any) -> None:
    """Days that goods are held back and still are at the end."""
    for place in range(told.state[m.WAITING]):
        order, event = told.waiting[place]
        row = told.orders[order]
        if row[m.O_STATUS] == m.HELD_BACK:
            row[m.O_BACK_DAYS] += told.state[m.LAST_DAY] - (told.log[event, m.E_DAY] + row[m.O_SHIFT])


@compiled
def _book(event: Any, told: Any) -> None:
    """What a document that is no order moves."""
    told_event, state = told.log[event], told.state
    kind, amount, order = told_event[m.E_KIND], told_event[m.E_MINOR], told_event[m.E_ORDER]
    if kind == m.RECEIPT:
        state[m.PREPAID] += amount
    elif kind == m.PAYMENT:
        _pay(told.bills[told_event[m.E_BILL]], amount, told)
    elif kind == m.DELIVERY:
        row = told.orders[order]
        state[m.DELIVERED] += amount
        row[m.O_DELIVERED] += amount
        left = max(row[m.O_ORDERED] - row[m.O_DELIVERED], 0)
        _plan(row, left - row[m.O_UNDELIVERED], state, told.windows, told.days)
    elif kind == m.BILL:
        _write(told.bills[told_event[m.E_BILL]], amount, order, told)
    else:
        row = told.orders[order]
        _plan(row, -row[m.O_UNDELIVERED], state, told.windows, told.days)


@compiled
def _write(bill: Any, amount: Any, order: Any, told: Any) -> None:
    """Write a bill; one of an order that waited is due, and paid, as many days later."""
    if order >= 0:
        row = told.orders[order]
        told.state[m.DELIVERED] -= amount
        bill[m.B_SHIFT] = row[m.O_SHIFT]
        bill[m.B_DUE] += row[m.O_SHIFT]
        if row[m.O_VERDICT] != m.PASSED or row[m.O_BACK_ON] >= 0:
            _follow(bill[m.B_PAYMENT], row[m.O_SHIFT], told)
    told.state[m.RECEIVABLE] += amount
    bill[m.B_LEFT], bill[m.B_OPEN] = amount, 1
    _due(bill[m.B_DUE], 1 if amount > 0 else 0, amount, told)


@compiled
def _pay(bill: Any, amount: Any, told: Any) -> None:
    was = bill[m.B_LEFT]
    bill[m.B_LEFT] -= amount
    told.state[m.RECEIVABLE] -= amount
    change = (1 if bill[m.B_LEFT] > 0 else 0) - (1 if was > 0 else 0)
    _due(bill[m.B_DUE], change, -amount, told)


@compiled
def _due(due: Any, count: Any, minor: Any, told: Any) -> None:
    """Add to what is due on a day; count: bills above zero that came to stand open there, or went."""
    state, windows, days = told.state, told.windows, told.days
    days[due, m.D_DUE] += minor
    days[due, m.D_BILLS] += count
    state[m.OPEN_BILLS] += count
    for place in range(state[m.PASTS]):
        if due < state[m.TODAY] - windows[place, m.W_DAYS]:
            windows[place, m.W_PAST] += minor
    if count > 0 and (state[m.OLDEST_DUE] < 0 or due < state[m.OLDEST_DUE]):
        state[m.OLDEST_DUE] = due
    elif state[m.OPEN_BILLS] == 0:
        state[m.OLDEST_DUE] = -1
    elif count < 0 and due == state[m.OLDEST_DUE]:
        while days[due, m.D_BILLS] == 0:
            due += 1
        state[m.OLDEST_DUE] = due


@compiled
def _plan(row: Any, minor: Any, state: Any, windows: Any, days: Any) -> None:
    """Add to what is undelivered of an order, by the day it is planned to leave."""
    ship = row[m.O_SHIP]
    row[m.O_UNDELIVERED] += minor
    state[m.ORDERED] += minor
    days[ship, m.D_PLANNED] += minor
    for place in range(state[m.HORIZONS]):
        if ship > state[m.TODAY] + windows[place, m.W_HORIZON]:
            windows[place, m.W_BEYOND] += minor


@compiled
def _advance(today: Any, state: Any, windows: Any, days: Any) -> None:
    """Bring what is overdue, and what lies beyond a horizon, to a day."""
    before = state[m.TODAY]
    for place in range(state[m.PASTS]):
        past = windows[place, m.W_DAYS]
        for due in range(max(before - past, 0), max(today - past, 0)):
            windows[place, m.W_PAST] += days[due, m.D_DUE]
    for place in range(state[m.HORIZONS]):
        horizon = windows[place, m.W_HORIZON]
        for ship in range(before + horizon + 1, min(today + horizon + 1, len(days))):
            windows[place, m.W_BEYOND] -= days[ship, m.D_PLANNED]
    state[m.TODAY] = today

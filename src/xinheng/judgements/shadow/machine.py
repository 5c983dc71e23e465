"""What the compiled replay works on: tables of whole numbers, few of them, for it compiles quickly so.

Days are counted from the first one of the replay, amounts are minor units, -1 is none. Rules are bits of a
mask, in the policy's order. The names below are columns, by table.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

PAYMENT, RECEIPT, ORDER, DELIVERY, BILL, CLOSE, CANCEL = range(7)  # kinds of an event
LIMIT, OLDEST, SHARE, AMOUNT = range(4)  # checks that depend on what stands in the books
WARN, HOLD, STOP = range(3)
NOT_ASSESSED, NO_CREDIT, UNLIMITED, LIMITED, EXPIRED = range(5)
TO_COME, PASSED, HELD, REJECTED, HELD_BACK, CANCELLED = range(6)  # states of an order; back: its goods are
MOST_RULES = 58
NO_RULE, NOT_PAID = 1 << 60, 1 << 61  # reasons that are no rule of the policy

E_KIND, E_DAY, E_RANK, E_MINOR, E_ORDER, E_BILL, E_AFTER, E_DONE = range(8)  # after: next of order or bill
(
    O_SHIP, O_ASKED, O_BROKEN, O_GATE_ASKED, O_GATE_BROKEN, O_STATUS, O_SHIFT, O_ORDERED, O_DELIVERED,
    O_UNDELIVERED, O_VERDICT, O_REASONS, O_RELEASED, O_ENDED, O_BACK_ON, O_BACK_DAYS, O_BACK_REASONS,
    O_EXPOSURE, O_LIMIT, O_LIMIT_STATE, O_OVER, O_OWED, O_OVERDUE, O_OLDEST,
) = range(24)  # fmt: skip
B_DUE, B_LEFT, B_OPEN, B_SHIFT, B_PAYMENT = range(5)  # left: open once written; payment: the first of it
L_DAY, L_STATE, L_MINOR = range(3)  # limits of an account, from a day on
R_CHECK, R_STRENGTH, R_WINDOW, R_BOUND, R_PERCENT, R_AMOUNT = range(6)  # rules
W_HORIZON, W_DAYS, W_BEYOND, W_PAST = range(4)  # windows: planned after a horizon; due before so many days
D_DUE, D_BILLS, D_PLANNED = range(3)  # days: open by the day it is due; undelivered by the day planned
(
    RECEIVABLE, PREPAID, DELIVERED, ORDERED, OPEN_LIMIT, LIMIT_STATE, OLDEST_DUE, OPEN_BILLS, TODAY,
    HEAPED, WAITING, CHECKED_FROM, LAST_DAY, HORIZONS, PASTS,
) = range(15)  # fmt: skip


class Machine(NamedTuple):
    """All of it. state, windows, days, heap and waiting are those of one account after the other."""

    log: Any  # in the order of account, day and rank
    starts: Any  # where the events of each account begin, and where the last ends
    orders: Any
    bills: Any
    limits: Any
    limit_starts: Any
    rules: Any
    windows: Any  # the first days past due are 0: all that is due
    state: Any
    days: Any
    heap: Any  # events that came to stand on another day
    waiting: Any  # orders held or held back, the longest first, each with the event it waits at


def with_own_books(whole: Machine) -> Machine:
    """The machine with books of its own: accounts share nothing else that is written."""
    return whole._replace(
        state=whole.state.copy(),
        windows=whole.windows.copy(),
        days=np.zeros_like(whole.days),
        heap=np.zeros_like(whole.heap),
        waiting=np.zeros_like(whole.waiting),
    )

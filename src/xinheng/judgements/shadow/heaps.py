"""What is still to happen, the next first: a heap of whole numbers that compiled code keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

from xinheng.judgements.shadow import machine as m

F = TypeVar("F", bound=Callable[..., Any])
INNER: dict[str, Any] = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
EVENT = (1 << 40) - 1  # a place in the heap: day, rank and event in one number


def compiled(function: F) -> F:
    """A function that compiled code alone calls."""
    return cast("F", njit(**INNER)(function))


@compiled
def place(day: Any, event: Any, log: Any) -> Any:
    return (day << 44) | (log[event, m.E_RANK] << 40) | event


@compiled
def push(place: Any, heap: Any, state: Any) -> None:
    at = state[m.HEAPED]
    heap[at] = place
    state[m.HEAPED] += 1
    while at > 0 and heap[(at - 1) // 2] > heap[at]:
        up = (at - 1) // 2
        heap[at], heap[up] = heap[up], heap[at]
        at = up


@compiled
def pop(heap: Any, state: Any) -> Any:
    event = heap[0] & EVENT
    state[m.HEAPED] -= 1
    size, at = state[m.HEAPED], 0
    heap[0] = heap[size]
    while True:
        low = at
        for child in range(2 * at + 1, min(2 * at + 3, size)):
            if heap[child] < heap[low]:
                low = child
        if low == at:
            return event
        heap[at], heap[low] = heap[low], heap[at]
        at = low


@compiled
def tidy(told: Any) -> None:
    """Of a full heap drop events that are done, moved on or stand twice. What is sorted is a heap."""
    heap, log, orders = told.heap, told.log, told.orders
    _sort(heap)
    kept = 0
    for at in range(len(heap)):
        event = heap[at] & EVENT
        is_twice = kept > 0 and heap[kept - 1] == heap[at]
        order, bill = log[event, m.E_ORDER], log[event, m.E_BILL]
        shift = orders[order, m.O_SHIFT] if order >= 0 else told.bills[bill, m.B_SHIFT]
        is_meant = heap[at] >> 44 == log[event, m.E_DAY] + shift
        if not log[event, m.E_DONE] and is_meant and not is_twice:
            heap[kept] = heap[at]
            kept += 1
    told.state[m.HEAPED] = kept


@compiled
def _sort(heap: Any) -> None:
    """Numba's own sorting compiles long; a heap is sorted by taking its largest over and over."""
    size = len(heap)
    for start in range(size // 2 - 1, -1, -1):
        _sink(heap, start, size)
    for last in range(size - 1, 0, -1):
        heap[0], heap[last] = heap[last], heap[0]
        _sink(heap, 0, last)


@compiled
def _sink(heap: Any, at: Any, size: Any) -> None:
    while True:
        high = at
        for child in range(2 * at + 1, min(2 * at + 3, size)):
            if heap[child] > heap[high]:
                high = child
        if high == at:
            return
        heap[at], heap[high] = heap[high], heap[at]
        at = high

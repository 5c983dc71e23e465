"""Which of a customer's open lines add up to an amount to the cent: every subset is looked at.

The lines are cut in two halves; all sums of each are put in order while they are made, and the two orders
are walked against each other. So 24 lines take some 8,000 steps instead of 16 million.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

MOST_LINES = 30  # two lists of 32,768 sums


@njit(cache=True, nogil=True)
def pick(amounts: Any, starts: Any, stops: Any, wanted: Any, chosen: Any, ways: Any) -> None:
    """For each wanted amount, the subset of its lines that adds up to it, and how many do.

    amounts: int64, the lines of all, those of one wanted amount from starts[i] up to stops[i] (at most 30),
    the oldest first. Writes chosen[i]: a bit a line, the first line's the lowest, 0 where none adds up;
    ways[i]: how many subsets do (lines of one amount count as different). Of several, the subset
    that pays the oldest line wins, then the next oldest, and so on.
    """
    for at in range(len(wanted)):
        size = stops[at] - starts[at]
        half = size // 2
        first = _sums(amounts, starts[at], starts[at] + half)
        second = _sums(amounts, starts[at] + half, stops[at])
        chosen[at], ways[at] = _met(first, second, wanted[at], half, size)


@njit(cache=True, nogil=True)
def _sums(amounts: Any, start: Any, stop: Any) -> Any:
    """All sums of some lines in order, with their lines as bits; each line merges two ordered lists."""
    size = 1 << (stop - start)
    sums, bits = np.zeros((2, size), np.int64), np.zeros((2, size), np.int64)
    have, here = 1, 0
    for at in range(start, stop):
        amount, bit = amounts[at], np.int64(1) << (at - start)
        left, right = 0, 0
        for place in range(2 * have):
            without = left < have and (right == have or sums[here, left] <= sums[here, right] + amount)
            if without:
                sums[1 - here, place], bits[1 - here, place] = sums[here, left], bits[here, left]
                left += 1
            else:
                sums[1 - here, place] = sums[here, right] + amount
                bits[1 - here, place] = bits[here, right] | bit
                right += 1
        have, here = 2 * have, 1 - here
    return sums[here], bits[here]


@njit(cache=True, nogil=True)
def _met(first: Any, second: Any, wanted: Any, half: Any, size: Any) -> Any:
    sums, bits = first
    others, other_bits = second
    low, high, count, best, best_rank = 0, len(others) - 1, 0, np.int64(0), np.int64(-1)
    while low < len(sums) and high >= 0:
        total = sums[low] + others[high]
        if total < wanted:
            low += 1
        elif total > wanted:
            high -= 1
        else:
            low_end, high_end = low, high
            while low_end < len(sums) and sums[low_end] == sums[low]:
                low_end += 1
            while high_end >= 0 and others[high_end] == others[high]:
                high_end -= 1
            count += (low_end - low) * (high - high_end)
            one = _oldest(bits, low, low_end, half)
            other = _oldest(other_bits, high_end + 1, high + 1, size - half)
            mask = one | (other << half)
            rank = _rank(mask, size)
            if mask != 0 and rank > best_rank:
                best, best_rank = mask, rank
            low, high = low_end, high_end
    return best, count


@njit(cache=True, nogil=True)
def _oldest(bits: Any, start: Any, stop: Any, size: Any) -> Any:
    best, best_rank = bits[start], _rank(bits[start], size)
    for at in range(start + 1, stop):
        rank = _rank(bits[at], size)
        if rank > best_rank:
            best, best_rank = bits[at], rank
    return best


@njit(cache=True, nogil=True)
def _rank(mask: Any, size: Any) -> Any:
    """The bits turned round: the oldest line counts most."""
    rank = np.int64(0)
    for place in range(size):
        rank = (rank << 1) | ((mask >> place) & 1)
    return rank

"""From learners to what is foretold of a bill: chance of lateness, day of payment, days late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xinheng.judgements.arrears.adjusting import Floats
from xinheng.judgements.arrears.learners import CHUNK, Forest, Learned

EDGE = 1e-4
LEAST_LEFT = 1e-3  # chance below which nothing learned ever took so long
TAIL_DAYS = 7.0  # how much longer a bill is expected to take that is older than anything learned


@dataclass(frozen=True)
class Blend:
    """How the parts are put together, learned on later bills the parts had not seen.

    days: the weight of each of the four medians. chance: the weights of the logit of the learned chance, of
    the logit of the forest's, and of the median days beyond the due day, by `scale`; then the constant.
    """

    days: tuple[float, ...] = (0.25, 0.25, 0.25, 0.25)
    chance: tuple[float, ...] = (0.35, 0.35, 0.35, 0.0)
    scale: float = 10.0

    @classmethod
    def even(cls, parts: Parts) -> Blend:
        """All parts alike, before anything later is known to put them together by."""
        beyond = np.abs(parts.medians.mean(axis=1) - parts.room)
        return cls(scale=float(beyond.mean()) or 1.0 if len(beyond) else 1.0)

    def plain(self) -> dict[str, Any]:
        """As kept with a model."""
        return {"days": list(self.days), "chance": list(self.chance), "scale": self.scale}


@dataclass(frozen=True)
class Parts:
    """What each learner says of the looks, not yet put together.

    room: days from the billed to the last good day. medians: a column a learner. learned,
    forest: chances of lateness.
    """

    medians: Floats
    learned: Floats
    forest: Floats
    room: Floats


def logit(chance: Floats) -> Floats:
    """The log odds, kept finite."""
    held = np.clip(chance, EDGE, 1 - EDGE)
    found: Floats = np.log(held / (1 - held))
    return found


def signs(parts: Parts, days: Floats, scale: float) -> Floats:
    """The columns the chance is put together from."""
    beyond = np.clip((days - parts.room) / scale, -4, 4)
    return np.column_stack([logit(parts.learned), logit(parts.forest), beyond])


def chances(parts: Parts, days: Floats, blend: Blend) -> Floats:
    """The chance of lateness of each look."""
    weights = np.array(blend.chance)
    found: Floats = 1 / (1 + np.exp(-(signs(parts, days, blend.scale) @ weights[:-1] + weights[-1])))
    return found


class Foreteller:
    """The learners of one fit, loaded once."""

    def __init__(self, learned: Learned) -> None:
        import lightgbm

        def load(text: str) -> Any:
            return lightgbm.Booster(model_str=text)

        self.late = load(learned.late)
        self.medians = (load(learned.from_bill), load(learned.after))
        self.forests = (
            Forest(learned.forest_from_bill, learned.leaves_from_bill, learned.values_from_bill),
            Forest(learned.forest_after, learned.leaves_after, learned.values_after),
        )

    def parts(self, figures: Floats, bases: Floats, room: Floats) -> Parts:
        """What each learner says of each look as if it were new."""
        if not len(figures):
            return Parts(np.zeros((0, 4)), np.zeros(0), np.zeros(0), room)
        columns = [
            np.asarray(model.predict(figures)) + bases[:, place] for place, model in enumerate(self.medians)
        ]
        above = []
        for place, forest in enumerate(self.forests):
            middle, late = [], []
            for start in range(0, len(figures), CHUNK):
                some = slice(start, start + CHUNK)
                rising = forest.rising(figures[some])
                middle.append(forest.values[np.argmax(rising >= 0.5, axis=1)])
                late.append(1 - _at_most(rising, forest.values, room[some] - bases[some, place]))
            columns.append(np.concatenate(middle) + bases[:, place])
            above.append(np.concatenate(late))
        chance = np.asarray(self.late.predict(figures))
        return Parts(np.column_stack(columns), chance, (above[0] + above[1]) / 2, room)

    def open_bills(
        self, figures: Floats, *, days: Floats, room: Floats, elapsed: Floats, chance: Floats
    ) -> dict[str, Floats]:
        """What is foretold of bills that were still open `elapsed` days after their billed day.

        The forest's distribution is moved to have the foretold median, and then cut at what has gone by: a
        bill not paid for so long takes longer. Gives, from the billed day: settle (the median), early and
        late (the 10 and 90 of 100); days_late: the mean of the days after the last good day, 0 if before;
        chance.
        """
        found: dict[str, list[Floats]] = {}
        forest = self.forests[0]
        for start in range(0, len(figures), CHUNK):
            some = slice(start, start + CHUNK)
            rising = forest.rising(figures[some])
            middle = forest.values[np.argmax(rising >= 0.5, axis=1)]
            told = _cut(rising, forest.values, days[some] - middle, room[some], elapsed[some], chance[some])
            for name, values in told.items():
                found.setdefault(name, []).append(values)
        return {name: np.concatenate(values) for name, values in found.items()}

    def contributions(self, figures: Floats) -> Floats:
        """How much each figure adds to the log odds of lateness; the last column is the start of all."""
        found: Floats = np.asarray(self.late.predict(figures, pred_contrib=True))
        return found


def _at_most(rising: Floats, values: Floats, bound: Floats) -> Floats:
    """The chance of at most a bound, a row each."""
    place = np.searchsorted(values, bound, side="right")
    padded = np.column_stack([np.zeros(len(rising)), rising])
    found: Floats = padded[np.arange(len(rising)), place]
    return found


def _cut(
    rising: Floats, values: Floats, moved: Floats, room: Floats, elapsed: Floats, chance: Floats
) -> dict[str, Floats]:
    """The moved distribution from `elapsed` on, and what follows from it."""
    gone = _at_most(rising, values, elapsed - moved - 0.5)
    left = 1 - gone
    spent = left < LEAST_LEFT
    left = np.where(spent, 1.0, left)
    weights = np.diff(np.column_stack([np.zeros(len(rising)), rising]), axis=1)
    taken = values[None, :] + moved[:, None]
    kept = np.where(taken >= elapsed[:, None] - 0.5, weights, 0.0)
    after = (kept * np.maximum(taken - room[:, None], 0)).sum(axis=1) / left

    def quantile(share: float) -> Floats:
        wanted = gone + share * left
        place = np.minimum((rising < wanted[:, None]).sum(axis=1), len(values) - 1)
        return np.where(spent, elapsed + TAIL_DAYS * 2 * share, np.maximum(values[place] + moved, elapsed))

    good = _at_most(rising, values, room - moved)
    still = np.clip((good - gone) / np.maximum(good, EDGE), 0, 1)
    updated = np.where(elapsed > 0, chance / np.maximum(chance + (1 - chance) * still, EDGE), chance)
    over = elapsed > room
    settle = quantile(0.5)
    return {
        "settle": settle,
        "early": quantile(0.1),
        "late": quantile(0.9),
        "days_late": np.where(spent, np.maximum(settle - room, 0), after),
        "chance": np.where(over, 1.0, updated),
    }

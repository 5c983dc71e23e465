"""Who acts: the value every service is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

Reach = Literal["everything", "unit", "own", "nothing"]


@dataclass(frozen=True)
class Scope:
    """Which customers an actor may reach.

    reach: everything, the customers of `unit_paths` and below, those the person is responsible
    for (`own`), or nothing. unit_paths: materialised paths of organisation units, as "/1/3/".
    """

    reach: Reach = "nothing"
    unit_paths: tuple[str, ...] = ()
    person_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """A person, a token of a person, or the system itself, with what it may do.

    permits: patterns of acts, such as "customers.*" or "*.read". withheld: asked of an act that the permits
    cover, whether a rule takes it away all the same.
    """

    login: str
    name: str
    person_id: int | None = None
    permits: frozenset[str] = frozenset()
    scope: Scope = Scope()
    via: str = "page"  # page, api, cli, run
    withheld: Callable[[str], bool] | None = field(default=None, compare=False, repr=False)

    def may(self, act: str) -> bool:
        """Whether any of the permits covers the act, and no rule withholds it today."""
        if not any(fnmatchcase(act, pattern) for pattern in self.permits):
            return False
        return self.withheld is None or not self.withheld(act)


def system_actor(name: str = "system") -> Actor:
    """The system acting by itself, for runs and the command line."""
    return Actor(login=name, name=name, permits=frozenset({"*"}), scope=Scope("everything"), via="run")

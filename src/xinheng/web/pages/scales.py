"""The grades of a policy as pages show them: order, colour and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import services as reports


@dataclass(frozen=True)
class Badge:
    """A grade as a page shows it; tone 1 is good, 5 bad, 0 not graded."""

    grade: str
    word: str
    tone: int


@dataclass(frozen=True)
class Scale:
    """The grades of one policy, best first, with their words in the reader's language."""

    grades: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    policy_name: str = ""

    def badge(self, grade: str) -> Badge:
        """How a grade is shown."""
        if grade not in self.grades:
            return Badge(grade, "", 0)
        place = self.grades.index(grade)
        return Badge(grade, self.words[place], reports.tone(place, len(self.grades)))

    def badges(self) -> list[Badge]:
        """Every grade, best first."""
        return [self.badge(grade) for grade in self.grades]

    def turn(self, before: str, now: str) -> str:
        """Whether a grade became "better" or "worse"; nothing where one of them is missing."""
        if before not in self.grades or now not in self.grades or before == now:
            return ""
        return "worse" if self.grades.index(now) > self.grades.index(before) else "better"


def scale_of(run_id: int | None) -> Scale:
    """The scale of the policy that a run rated by; an empty one where there is no run."""
    if run_id is None:
        return Scale()
    return scale_by(ratings.get_run(run_id).policy_sha256)


def scale_by(policy_sha256: str) -> Scale:
    """The scale of a kept policy; looked up once, however many runs were made by it."""
    return _scale_by(policy_sha256, get_language() or "")


def policy_scale(policy: Policy) -> Scale:
    """The scale of a policy."""
    chinese = reads_chinese()
    return Scale(
        tuple(step.code for step in policy.scale),
        tuple(step.zh if chinese else step.en for step in policy.scale),
        policy.name.zh if chinese else policy.name.en,
    )


@lru_cache(maxsize=64)
def _scale_by(policy_sha256: str, _language: str) -> Scale:
    return policy_scale(policies.load(packs.document(policy_sha256).text))

"""A form changes single values of a policy's text and leaves every other sign of it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judgements.policies.language import POLICY, policy
from xinheng.judgements.policies import queries, services
from xinheng.judgements.policies.errors import PolicyFieldInvalid, PolicyInvalid

pytestmark = pytest.mark.any_database
PACKS = Path(__file__).resolve().parents[3] / "packs"


def values(text: str = POLICY) -> dict[str, str]:
    return {one.path: one.value for one in queries.fields_of(text)}


def test_values_marks_bounds_points_and_words_are_offered() -> None:
    found = values()

    assert found["parameters.0.value"] == "12"
    assert found["parameters.1.value"] == ""  # lost, not set
    assert found["scoring.items.2.bands.0.to"] == "0.02"
    assert found["scoring.items.2.bands.2.points"] == "0"
    assert (found["scoring.thresholds.0.from"], found["scoring.thresholds.0.inclusive"]) == ("90", "true")
    assert (found["caps.0.grade"], found["vetoes.0.grade"], found["scale.1.zh"]) == ("B", "C", "中")
    assert "scoring.thresholds.2.from" not in found  # the last grade takes the rest


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/policy.yaml")), ids=lambda path: path.parent.name)
def test_a_shipped_pack_keeps_every_sign_but_the_value_changed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert queries.edited(text, values(text)) == text

    changed = queries.edited(text, {"version": "99", "name.en": 'A "new" name: 2, with comma'})
    differ = [two for one, two in zip(text.splitlines(), changed.splitlines(), strict=True) if one != two]
    assert len(differ) == 2
    assert services.load(changed).version == "99"
    assert services.load(changed).name.en == 'A "new" name: 2, with comma'


@pytest.mark.req("ADV-03")
def test_changed_values_are_those_of_the_policy_and_comments_stay() -> None:
    text = POLICY.replace("mark: assumed}\n", "mark: assumed}  # ours\n", 1)
    changed = queries.edited(
        text,
        {
            "parameters.0.value": "6", "parameters.1.value": "1000.50", "scoring.items.2.bands.0.to": "0.05",
            "scoring.thresholds.0.from": "85", "caps.0.grade": "C", "caps.0.soft": "false",
            "parameters.0.mark": "given", "scale.1.zh": "中等",
        },
    )  # fmt: skip
    found = policy(changed)

    assert "# ours" in changed
    assert [str(one.value) for one in found.parameters] == ["6", "1000.5"]
    assert str(found.scoring.items[2].bands[0].to) == "0.05"  # type: ignore[union-attr]
    assert str(found.scoring.thresholds[0].from_) == "85"  # type: ignore[union-attr]
    assert (found.caps[0].grade, found.caps[0].soft, found.parameters[0].mark) == ("C", False, "given")
    assert found.scale[1].zh == "中等"
    assert len(queries.differences(policy(), found)) == 8


def test_a_value_the_source_lost_is_set_and_unset_again_even_where_its_key_is_missing() -> None:
    for written in ("unit: CNY, value: null, mark: lost", "unit: CNY, mark: lost"):
        text = POLICY.replace("unit: CNY, value: null, mark: lost", written)
        told = queries.edited(text, {"parameters.1.value": "5"})
        assert policy(told).parameters[1].value == 5
        assert policy(queries.edited(told, {"parameters.1.value": ""})).parameters[1].value is None
    block = "parameters:\n  - code: big\n    zh: 大\n    en: big\n    unit: CNY\n    mark: lost\n"
    assert queries.edited(block, {"parameters.0.value": "5"}) == block.replace(
        "- code", "- value: 5\n    code"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parameters.0.value", "many"), ("parameters.0.value", "NaN"), ("parameters.0.value", "1e5"),
        ("parameters.0.mark", "sure"), ("caps.0.grade", "Z"), ("caps.0.soft", "perhaps"),
        ("scoring.thresholds.0.from", ""), ("scale.0.zh", ""), ("parameters.0.value", "1, evil: 2"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused_by_field(path: str, value: str) -> None:
    with pytest.raises(PolicyFieldInvalid) as refusal:
        queries.edited(POLICY, {path: value})
    assert refusal.value.params["field"] == path


def test_a_path_nobody_offers_changes_nothing_and_no_yaml_is_refused() -> None:
    assert queries.edited(POLICY, {"kind": "evil", "parameters.9.value": "1", "source.zh": "x"}) == POLICY
    with pytest.raises(PolicyInvalid):
        queries.fields_of("a: [")
    assert values("kind: rating\nscale: nonsense\n") == {}

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


def test_chain_calendar_events_quotas_flags_and_rules_are_offered() -> None:
    adv, pts, col = (
        values((PACKS / code / "policy.yaml").read_text("utf-8")) for code in ("adv", "pts", "col")
    )

    assert adv["approval.steps.0.roles"] == "vice_president, legal_manager, finance_manager"
    assert adv["approval.steps.0.sign"] == "all"
    assert adv["approval.steps.1.sign"] == ""  # left to the usual
    assert (adv["review.refresh"], adv["review.intervals.0.months"]) == ("quarter", "12")
    assert (adv["review.events.0.when"], adv["review.events.2.when"]) == ("longest_overdue > long_days", "")
    assert adv["vetoes.0.when" if "vetoes.0.when" in adv else "caps.0.when"]
    assert [pts[f"scoring.quota.grades.{place}.share"] for place in range(4)] == [
        "0.20",
        "0.30",
        "0.40",
        "0.10",
    ]
    assert col["flags.0.when"] == "turnover_12m >= year_large"


@pytest.mark.req("ADV-03")
def test_chain_calendar_and_rules_are_changed_in_the_text() -> None:
    text = (PACKS / "adv" / "policy.yaml").read_text("utf-8")
    changed = services.load(
        queries.edited(
            text,
            {
                "approval.steps.0.roles": "legal_manager，finance_manager", "approval.steps.1.within_days": "",
                "review.refresh": "", "review.intervals.0.months": "6", "review.valid_months": "18",
                "review.events.2.when": "longest_overdue > long_days", "review.events.0.within_days": "7",
            },
        )
    )  # fmt: skip

    assert changed.approval
    assert changed.review
    assert changed.approval.steps[0].roles == ("legal_manager", "finance_manager")
    assert changed.approval.steps[1].within_days is None
    assert (changed.review.refresh, changed.review.valid_months) == (None, 18)
    assert changed.review.intervals[0].months == 6
    assert changed.review.events[2].when == "longest_overdue > long_days"
    assert changed.review.events[0].within_days == 7
    for path, value in (
        ("approval.steps.0.roles", "A B!"),
        ("approval.steps.0.roles", ""),
        ("review.refresh", "weekly"),
    ):
        with pytest.raises(PolicyFieldInvalid) as refusal:
            queries.edited(text, {path: value})
        assert refusal.value.params["field"] == path


def test_rows_are_copied_and_taken_out_and_the_rest_keeps_every_sign() -> None:
    text = (PACKS / "pts" / "policy.yaml").read_text(encoding="utf-8")
    rows = {one.place: one.group for one in queries.fields_of(text) if one.group in {*queries.ROWS, "bands"}}
    last = {
        group: place
        for place, group in rows.items()
        if group in ("bands", "scoring.items", "scoring.quota.grades", "approval.steps")
    }
    assert len(last) >= 3
    for place in last.values():
        group, _dot, number = place.rpartition(".")
        longer = queries.row_copied(text, place)
        copy = f"{group}.{int(number) + 1}"
        assert copy in {one.place for one in queries.fields_of(longer)}
        assert queries.row_removed(longer, copy) == text


def test_the_first_row_of_a_part_is_begun_and_sound() -> None:
    small = queries.skeleton()
    for group in ("flags", "vetoes", "approval.steps", "review.intervals", "review.events", "exclusions"):
        small = queries.row_begun(small, group)
        services.load(small)
    found = services.load(small)
    assert found.review
    assert [one.grade for one in found.review.intervals] == ["A", "B", "C"]
    assert "# 新政策的起点" in small  # comments stay
    assert queries.row_removed(small, "flags.0").count("flag_1") == 0
    for wrong in ("scale", "flags", "evil"):
        with pytest.raises(PolicyFieldInvalid):
            queries.row_begun(small, wrong)
    for wrong in ("scale.0", "flags.9", "evil.0", "source.zh"):
        with pytest.raises(PolicyFieldInvalid):
            queries.row_copied(small, wrong)


@pytest.mark.req("ADV-03")
def test_standard_values_and_figures_that_correct_are_changed_in_the_text() -> None:
    text = (PACKS / "loa" / "policy.yaml").read_text("utf-8")
    found = values(text)
    debt = "scoring.items.0"

    assert found[f"{debt}.basics.0.weight"] == "24"
    assert found[f"{debt}.basics.0.standards.0.when"] == "industry_section IN ('E', 'K')"
    assert found[f"{debt}.basics.0.standards.1.values"] == "0.48, 0.589, 0.687, 0.864, 0.966"
    assert (found[f"{debt}.corrections.1.missing"], found[f"{debt}.corrections.0.missing"]) == ("worst", "")
    assert (found[f"{debt}.correction.least"], found[f"{debt}.correction.held"]) == ("0.7", "each")
    assert found["scoring.items.1.standards.0.values"] == "0.106, 0.071, 0.039, 0.009, -0.053"

    changed = queries.edited(
        text,
        {
            f"{debt}.basics.0.standards.1.values": "0.5，0.6 0.7,0.8, 0.9", f"{debt}.correction.most": "1.2",
            f"{debt}.correction.held": "together", f"{debt}.corrections.0.missing": "worst",
            "scoring.items.1.standards.0.values": "0.2, 0.1, 0.05, 0.01, -0.1",
        },
    )  # fmt: skip
    items = services.load(changed).scoring.items  # type: ignore[union-attr]
    assert [str(one) for one in items[0].basics[0].standards[1].values] == ["0.5", "0.6", "0.7", "0.8", "0.9"]  # type: ignore[union-attr]
    assert (str(items[0].correction.most), items[0].correction.held) == ("1.2", "together")  # type: ignore[union-attr]
    assert [one.missing for one in items[0].corrections] == ["worst", "worst"]  # type: ignore[union-attr]
    assert str(items[1].standards[0].values[4]) == "-0.1"  # type: ignore[union-attr]
    both = zip(text.splitlines(), changed.splitlines(), strict=True)
    assert sum(one != two for one, two in both) == 4
    (fault,) = queries.faults_of(queries.edited(text, {"scoring.items.1.standards.0.values": "1, 2, 3, 4"}))
    assert fault.path.startswith("scoring.items.1.standards.0")
    with pytest.raises(PolicyFieldInvalid):
        queries.edited(text, {"scoring.items.1.standards.0.values": "1, 2, three, 4, 5"})

    place = f"{debt}.basics.0.standards.0"
    assert queries.row_removed(queries.row_copied(text, place), f"{debt}.basics.0.standards.1") == text
    longer = queries.row_copied(text, f"{debt}.corrections.0")
    assert values(longer)[f"{debt}.corrections.1.code"] == "quick_2"
    for wrong in (f"{debt}.basics.0.of.0", "questions.0.standards.0", "scoring.items.1.basics.0"):
        with pytest.raises(PolicyFieldInvalid):
            queries.row_copied(text, wrong)


GROUPS = """  items:
    - {kind: categories, code: g, zh: 组, en: g, maximum: 10, of: industry_section, others: 0, missing: {rule: lowest}, mark: assumed, groups: [{values: [A, "B"], points: 10}, {values: ["x, y"], points: 5}]}
"""


def test_groups_of_answers_are_texts_of_which_none_is_torn() -> None:
    text = f"kind: rating\nscoring:\n{GROUPS}"
    found = values(text)

    assert found["scoring.items.0.groups.0.values"] == "A, B"
    assert found["scoring.items.0.groups.1.points"] == "5"
    assert "scoring.items.0.groups.1.values" not in found  # a comma of its own: only the text tells it whole
    told = queries.edited(text, {"scoring.items.0.groups.0.values": "批发 零售、A"})
    assert 'groups: [{values: ["批发 零售", "A"], points: 10}' in told


@pytest.mark.req("ADV-03")
def test_a_downgrade_and_assessors_are_begun_changed_and_taken_out_again() -> None:
    for code, place, first in (
        ("adv", "review.events.2.downgrade", {"downgrade.to": "C", "downgrade.at_once": "true"}),
        ("loa", "questions.5.assessors", {"assessors.at_least": "2", "assessors.combine": "newest"}),
    ):
        text = (PACKS / code / "policy.yaml").read_text("utf-8")
        row = place.rpartition(".")[0]
        assert not any(path.startswith(f"{place}.") for path in values(text))
        longer = queries.row_begun(text, place)
        assert {name: values(longer)[f"{row}.{name}"] for name in first} == first
        assert services.load(longer)
        assert queries.row_removed(longer, place) == text
        for act in (lambda: queries.row_begun(longer, place), lambda: queries.row_removed(text, place)):  # noqa: B023
            with pytest.raises(PolicyFieldInvalid):
                act()

    adv = queries.row_begun((PACKS / "adv" / "policy.yaml").read_text("utf-8"), "review.events.2.downgrade")
    down = queries.edited(
        adv, {"review.events.2.downgrade.to": "", "review.events.2.downgrade.by": "1",
              "review.events.2.downgrade.at_once": "false"},
    )  # fmt: skip
    told = services.load(down).review.events[2].downgrade  # type: ignore[union-attr]
    assert told
    assert (told.by, told.to, told.at_once) == (1, "", False)


@pytest.mark.req("ADV-03")
def test_the_five_faults_are_named_with_line_and_place() -> None:
    def wrong(before: str, after: str) -> list[tuple[str, str]]:
        text = queries.skeleton().replace(before, after, 1)
        assert before in queries.skeleton()
        lines = text.splitlines()
        found = queries.faults_of(text)
        assert all(1 <= one.line <= len(lines) for one in found)
        return [(one.path, one.cause) for one in found]

    ((unknown, told),) = wrong("of: worst_delay_24m", "of: worst_dely")
    assert unknown == "scoring.items.0.of"
    assert "worst_dely" in told
    ((overlap, _),) = wrong("{to: 30, inclusive", "{to: 0, inclusive")
    assert overlap == "scoring.items.0.bands.1"
    assert wrong("maximum: 40", "maximum: 41")[0] != ("scoring.items", "满分")
    assert wrong("maximum: 40", "maximum: 41")[0][0].startswith("scoring.items")
    assert wrong("from: 50,", "from: 5,")[0][0] == "scoring.thresholds.2"
    ((inclusion, _),) = wrong("{to: 30, inclusive: true, ", "{to: 30, ")
    assert inclusion == "scoring.items.0.bands.1"

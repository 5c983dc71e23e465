"""The language: what it refuses with file and line, and what its rules give."""

from __future__ import annotations

import json
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.judgements.policies.language import CARDS, POLICY, policy, rate
from xinheng.judgements.policies import services
from xinheng.judgements.policies.bands import BandsInvalid, ascending
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.policies.values import Band

pytestmark = pytest.mark.any_database
KNOWN = {"keeps_word": True, "funds": "strong", "relation": 24, "impression": 30, "overdue_share": 0.02}


def changed(old: str, new: str) -> str:
    assert old in POLICY
    return POLICY.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


WRONG = [
    ("unknown name", "of: overdue_share", "of: overdue_shares", "overdue_shares"),
    ("overlapping bands", "{to: 0.10, inclusive: false", "{to: 0.01, inclusive: false", "0.01"),
    ("a gap", "        - {points: 0}\n", "        - {from: 0.2, inclusive: true, points: 0}\n", "0.2,"),
    ("both include the bound", "        - {points: 0}\n", "        - {from: 0.10, inclusive: false, points: 0}\n",
     "from: 0.10"),
    ("no inclusion flag", "{to: 0.02, inclusive: true, ", "{to: 0.02, ", "{to: 0.02,"),
    ("maxima not 100", "maximum: 50", "maximum: 49", "items:"),
    ("band above the maximum", "points: 50}", "points: 51}", "      bands:"),
    ("unreachable grade", "{grade: A, from: 90", "{grade: A, from: 100.5", "100.5"),
    ("no score low enough", "{grade: B, from: 50", "{grade: B, from: 0", "{grade: C, mark"),
    ("grade without a giver", "  - {code: B, zh: 中, en: medium}", "  - {code: B, zh: 中, en: medium}\n  - {code: BX, zh: x, en: x}",
     "code: BX"),
    ("unknown grade", "when: relation < new_months, grade: B", "when: relation < new_months, grade: Z", "grade: Z"),
    ("duplicate code", "{code: A2, zh: 大客户, en: large,", "{code: a1, zh: 大客户, en: large,", "{code: A1"),
    ("a question hides an indicator", "{code: impression, zh: 印象分", "{code: sales, zh: 印象分", "{code: sales"),
    ("missing value not lost", "value: null, mark: lost", "value: null, mark: given", "mark: given}"),
    ("no mark", "type: yes_no, mark: given}", "type: yes_no}", "keeps_word"),
    ("unknown key", "kind: rating", "kind: rating\nsurprise: 1", "surprise"),
    ("condition used nowhere", "any: [A1, A2]", "any: [A1]", "code: A2"),
    ("condition that is not there", "any: [A1, A2]", "any: [A1, A2, A3]", "A3"),
    ("two ways to a grade", "{grade: B, otherwise: true}", "{grade: B, otherwise: true, any: [C1]}", "otherwise"),
    ("question of another range", "maximum: 30, question", "maximum: 29, question", "code: impression, zh: 印象, "),
    ("the same answer twice", "{code: weak, zh: 弱, en: weak}", "{code: strong, zh: 弱, en: weak}", "choices: ["),
    ("an answer called unknown", "{code: weak, zh: 弱", "{code: unknown, zh: 弱", "choices: ["),
    ("a question called as a column", "{code: impression, zh: 印象分", "{code: Customer_No, zh: 印象分", "Customer_No"),
    ("a cap at the best grade", "grade: B, soft: true", "grade: A, soft: true", "soft: true"),
    ("a veto of the best grade", "when: overdue_share > 0.9, grade: C", "when: overdue_share > 0.9, grade: A", "0.9"),
    ("missing data that cap nothing", "missing: {rule: incomplete}", "missing: {rule: cap, grade: A}", "rule: cap"),
    ("a grade no rule takes", "missing: {rule: incomplete}", "missing: {rule: incomplete, grade: C}", "incomplete, grade: C"),
    ("more measured than there is", "  total: 100", "  total: 100\n  measured_at_least: 100.5", "100.5"),
    ("a term of itself", "conditions:\n", "terms: [{code: t, zh: t, en: t, unit: count, of: t + 1}]\nconditions:\n", "terms"),
    ("a term of a later one", "conditions:\n",
     "terms: [{code: t, zh: t, en: t, unit: count, of: u}, {code: u, zh: u, en: u, unit: count, of: t}]\nconditions:\n",
     "terms"),
    ("a number beyond counting", "value: 12", "value: .inf", ".inf"),
    ("a flag that is no flag", "{to: 0.02, inclusive: true", "{to: 0.02, inclusive: perhaps", "perhaps"),
    ("a mark of no kind", "when: NOT keeps_word, mark: given", "when: NOT keeps_word, mark: maybe", "maybe"),
    ("a number for a text", 'version: "1"', "version: 1", "version"),
    ("a list for words", "name: {zh: 样例, en: Sample}", "name: [样例, Sample]", "样例, Sample"),
    ("an item of no kind", "{kind: manual, code", "{kind: magic, code", "magic"),
    ("a threshold without its flag", "from: 90, inclusive: true", "from: 90", "from: 90"),
    ("a control character", "zh: 样例", 'zh: "样\\0例"', "样"),
    ("a tag", "value: 12", "value: !!int 12", "!!int"),
    ("a merge key", "name: {zh: 样例,", "name: {<<: {zh: 样例}, zh: 样例,", "<<"),
    ("a key twice", 'version: "1"', 'version: "1"\nversion: "2"', 'version: "2"'),
    ("a bracket left open", "any: [A1, A2]}", "any: [A1, A2}", "any: [A1, A2}"),
    ("choice without answers", "[{code: strong, zh: 强, en: strong}, {code: weak, zh: 弱, en: weak}]", "[]", "code: funds"),
]  # fmt: skip


@pytest.mark.req("RR-01", "RR-13")
@pytest.mark.parametrize(
    ("old", "new", "part"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_wrong_policy_is_refused_with_its_file_and_line(old: str, new: str, part: str) -> None:
    text = changed(old, new)

    with pytest.raises(PolicyInvalid) as refused:
        policy(text)

    assert refused.value.params["file"] == "sample.yaml"
    found = refused.value.params["problems"]
    assert any(told.startswith(f"第 {line_of(text, part)} 行：") for told in found), found


def test_faults_of_the_schema_are_told_in_words() -> None:
    text = changed("{to: 0.02, inclusive: true", "{to: 0.02, inclusive: perhaps").replace(
        "mark: lost", "mark: no"
    )

    text = text.replace("from: 90, inclusive: true", "from: ninety, inclusive: true")
    text = text.replace("from: 50, inclusive: true", "from: fifty, inclusive: true")

    with pytest.raises(PolicyInvalid) as refused:
        policy(text)

    line, mark = line_of(text, "perhaps"), line_of(text, "mark: no")
    assert refused.value.params["problems"] == (
        f"第 {mark} 行：parameters.1.mark: 须为下列之一：given, assumed, lost",
        f"第 {line} 行：scoring.items.2.bands.0.inclusive: 只能是 true 或 false",
        f"第 {line_of(text, 'ninety')} 行：scoring.thresholds.0.from: 不是此处可用的数字",
        f"第 {line_of(text, 'fifty')} 行：scoring.thresholds.1.from: 不是此处可用的数字",
    )
    assert (
        str(refused.value)
        == f"sample.yaml 第 {mark} 行：parameters.1.mark: 须为下列之一：given, assumed, lost"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "overdue_share >",
        "overdue_share; relation",
        "(SELECT 1)",
        "SELECT 1",
        "overdue_share IN (SELECT 1)",
        "EXISTS(SELECT 1)",
        "pg_sleep(1) > 0",
        "read_text('/etc/passwd') = 'x'",
        "ratio::int > 1",
        "CASE WHEN keeps_word THEN TRUE END",
        "t.ratio > 1",
        "sales > ratio",
        "sales > relation",
        "funds > 'strong'",
        "funds = 'rich'",
        "keeps_word = 'yes'",
        "keeps_word > 1",
        "ratio",
        "NOT ratio",
        "ratio AND keeps_word",
        "COALESCE(ratio, 0) > 1",
        "sales * sales > 1",
        "ratio / sales > 1",
        "ratio LIKE '%'",
        "ratio > ALL(1)",
        "ratio = NULL",
        "role = 'customer'",
        "ratio > 1e999",
        "sales > 10000000000000000",
        "SUM(ratio) OVER () > 1",
        "ratio > ?",
        "funds || funds = 'x'",
        "ratio % 2 = 1",
        "keeps_word UNION SELECT 1",
        "sales > 1 -- sales\n; DROP TABLE customers",
        "'; DROP TABLE customers; --",
        "NOT " * 3000 + "keeps_word",
        "(" * 900 + "keeps_word" + ")" * 900,
    ],
)
def test_only_plain_conditions_are_allowed(expression: str) -> None:
    quoted = json.dumps(expression)
    with pytest.raises(PolicyInvalid):
        policy(changed("when: overdue_share > 0.9", f"when: {quoted}"))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "a: [", "a: &x 1\nb: *x", "a: 1\na: 2", "!!python/object:os.system {}", "\0", "x" * 300_001],
)
def test_what_is_no_policy_document_is_refused(text: str) -> None:
    with pytest.raises(PolicyInvalid):
        policy(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "".join(f"{' ' * depth}a:\n" for depth in range(600)),
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\n",
        "a: " + "{b: " * 3000,
        "%YAML 1.1\n---\n" + POLICY,
        POLICY + "\n---\n" + POLICY,
    ],
    ids=["lists", "mappings", "aliases of aliases", "flow", "a directive", "two documents"],
)
def test_a_harmful_document_is_refused_at_once(text: str) -> None:
    started = time.process_time()

    with pytest.raises(PolicyInvalid):
        policy(text)

    assert time.process_time() - started < 10  # one second on a quiet machine; it took minutes


@pytest.mark.req("RR-09")
@pytest.mark.parametrize(
    ("expression", "row", "outcome"),
    [
        ("ratio > 1 AND keeps_word", {"ratio": 0.5}, False),
        ("ratio > 1 AND keeps_word", {"ratio": 2}, None),
        ("ratio > 1 OR keeps_word", {"ratio": 2}, True),
        ("ratio > 1 OR keeps_word", {"ratio": 0.5}, None),
        ("NOT keeps_word", {}, None),
        ("keeps_word IS TRUE", {}, False),
        ("keeps_word IS NOT TRUE", {}, True),
        ("keeps_word IS FALSE", {"keeps_word": False}, True),
        ("ratio IS NULL", {}, True),
        ("ratio IS NOT NULL", {"ratio": 1}, True),
        ("ratio BETWEEN 1 AND 2", {"ratio": 2}, True),
        ("ratio NOT BETWEEN 1 AND 2", {"ratio": 2}, False),
        ("funds IN ('strong', 'weak')", {"funds": "weak"}, True),
        ("funds IN ('strong', 'weak')", {}, None),
        ("sales >= 1000000.00", {"sales": 100_000_000}, True),
        ("sales > 999999.99", {"sales": 99_999_999}, False),
        ("sales - sum_ever > 0.5", {"sales": 200, "sum_ever": 150}, False),
        ("sales / sum_ever > 0.5", {"sales": 2, "sum_ever": 0}, None),
        ("ABS(-ratio) * 2 >= 1", {"ratio": -0.5}, True),
        ("COALESCE(ratio, relation) >= 12", {"relation": 12}, True),
        ("COALESCE(ratio, relation) >= 12", {}, None),
        ("(ratio > 1) = FALSE", {"ratio": 0}, True),
    ],
)  # fmt: skip
def test_unknown_is_neither_true_nor_false(
    expression: str, row: dict[str, object], outcome: bool | None
) -> None:
    text = changed("when: overdue_share > 0.9", f"when: {json.dumps(expression)}")

    assert rate(policy(text), [row])[0]["veto_lost"] is outcome


@pytest.mark.req("RR-16")
def test_a_lost_parameter_never_fires_and_never_passes() -> None:
    row = rate(policy(), [KNOWN | {"sales": 10**15, "funds": "weak", "sum_ever": 1}])[0]
    assert row["condition_A2"] is None

    told = policy(changed("value: null, mark: lost", "value: 5000000, mark: lost"))
    assert rate(told, [KNOWN | {"sales": 500_000_000, "sum_ever": 1}])[0]["condition_A2"] is True
    assert rate(told, [KNOWN | {"sales": 499_999_999, "sum_ever": 1}])[0]["condition_A2"] is False


@pytest.mark.req("RR-07")
def test_the_worse_of_score_and_criteria_holds_and_all_that_fired_is_kept() -> None:
    row = rate(policy(), [KNOWN | {"keeps_word": False, "sum_ever": 1}])[0]

    assert (row["score_milli"], row["grade"]) == (100_000, "C")
    assert (row["condition_C1"], row["condition_A1"]) == (True, True)


def test_precedence_best_and_first() -> None:
    both = [KNOWN | {"keeps_word": False, "sum_ever": 1}]
    unscored = POLICY[: POLICY.index("scoring:")] + POLICY[POLICY.index("vetoes:") :]
    unscored = unscored.replace("  - {code: impression", "  # {code: impression")
    assert rate(policy(unscored), both_of(both))[0]["grade"] == "C"
    best = unscored.replace("criteria:\n", "criteria:\n  precedence: best\n")
    assert rate(policy(best), both_of(both))[0]["grade"] == "A"
    first = unscored.replace("criteria:\n", "criteria:\n  precedence: first\n")
    assert rate(policy(first), both_of(both))[0]["grade"] == "A"


def both_of(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {key: value for key, value in row.items() if key not in ("impression", "sum_ever")} for row in rows
    ]


@pytest.mark.req("RR-09")
def test_unknown_can_leave_a_grade_open() -> None:
    text = changed("criteria:\n", "criteria:\n  unknown: incomplete\n")

    row = rate(policy(text), [KNOWN | {"keeps_word": None, "sum_ever": 1}])[0]
    assert row["state"] == "incomplete"


@pytest.mark.parametrize(
    ("rule", "score", "grade"),
    [
        ("{rule: lowest}", 50_000, "B"),
        ("{rule: incomplete}", None, ""),
        ("{rule: leave_out}", 100_000, "A"),
        ("{rule: cap, grade: B}", 100_000, "B"),
        ("{rule: points, points: 12.5}", 62_500, "B"),
    ],
)  # fmt: skip
def test_missing_data_by_each_rule(rule: str, score: int | None, grade: str) -> None:
    text = POLICY.replace("      missing: {rule: lowest}\n", f"      missing: {rule}\n")
    row = rate(policy(text), [KNOWN | {"overdue_share": None, "sum_ever": 1}])[0]

    assert (row["score_milli"], row["grade"], row["points_overdue"]) == (score, grade, None)


@pytest.mark.req("RR-01", "LSE-18")
def test_the_score_is_never_rounded_up() -> None:
    rows = rate(policy(), [KNOWN | {"impression": tenths / 10, "sum_ever": 1} for tenths in range(301)])

    assert [row["score_milli"] for row in rows] == [70_000 + tenths * 100 for tenths in range(301)]
    assert [row["grade"] == "A" for row in rows] == [tenths >= 200 for tenths in range(301)]


@pytest.mark.req("LSE-16", "RR-08")
@given(st.lists(st.integers(-(10**6), 10**13), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_proportional_points_are_half_up_to_the_last_place(sums: list[int]) -> None:
    rows = rate(policy(), [KNOWN | {"sum_ever": value} for value in sums])

    highest = max(0, *sums)
    for value, row in zip(sums, rows, strict=True):
        share = Decimal(20) * max(value, 0) / highest if highest else Decimal(0)
        points = share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        assert row["points_volume"] == int(points * 1000)


def test_sums_beyond_all_reason_are_scored_and_stop_nothing() -> None:
    rows = rate(policy(), [KNOWN | {"sum_ever": value} for value in (9 * 10**18, 45 * 10**17, 10**6)])

    assert [row["points_volume"] for row in rows] == [20_000, 10_000, 0]


@pytest.mark.req("RR-01")
@pytest.mark.parametrize(
    "rows",
    [
        [{"to": 1, "inclusive": True, "points": 1}, {"to": 2, "inclusive": True, "points": 2}, {"points": 3}],
        [{"from": 2, "inclusive": False, "points": 3}, {"from": 1, "inclusive": False, "points": 2}, {"points": 1}],
        [
            {"from": 1, "to": 2, "inclusive": False, "points": 2},
            {"to": 1, "inclusive": True, "points": 1},
            {"from": 2, "inclusive": False, "points": 3},
        ],
    ],
)  # fmt: skip
def test_bands_mean_the_same_whichever_way_they_are_written(rows: list[dict[str, object]]) -> None:
    steps = ascending([Band.model_validate(row) for row in rows])

    assert [(step.bound, step.includes, step.points) for step in steps] == [
        (1, True, 1),
        (2, True, 2),
        (None, False, 3),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [{"from": 1, "inclusive": True, "points": 1}],
        [{"to": 1, "inclusive": True, "points": 1}, {"to": 1, "inclusive": False, "points": 1}, {"points": 1}],
        [{"from": 1, "to": 1, "inclusive": True, "points": 1}, {"points": 1}],
        [{"to": 1, "inclusive": True, "points": 1}, {"from": 1, "inclusive": True, "points": 2}],
        [{"from": 1, "inclusive": True, "points": 1}, {"to": 1, "inclusive": True, "points": 2}],
        [{"from": 1, "inclusive": True, "points": 1}, {"to": 0.5, "inclusive": True, "points": 2}],
        [{"to": 1, "inclusive": True, "points": 1}, {"from": 3, "inclusive": True, "points": 1}, {"points": 2}],
        [{"points": 1}, {"points": 2}],
        [{"inclusive": True, "points": 1}, {"points": 2}],
        [
            {"to": 1, "inclusive": False, "points": 1},
            {"from": 1, "to": 2, "inclusive": True, "points": 1},
            {"from": 3, "inclusive": True, "points": 1},
        ],
    ],
)  # fmt: skip
def test_bands_with_gaps_or_overlaps_are_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(BandsInvalid):
        ascending([Band.model_validate(row) for row in rows])


def test_an_empty_table_is_rated_to_an_empty_table() -> None:
    assert rate(policy(), []) == []


def test_the_published_schema_is_the_one_in_force() -> None:
    path = Path(__file__).resolve().parents[3] / "packs" / "rating.schema.json"

    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(json.dumps(services.json_schema()))


def test_the_expression_is_free_of_any_engine() -> None:
    wanted = services.inputs_of(policy(), cards=CARDS)
    table = ibis.table({"customer_no": "string", **wanted}, name="inputs")
    rated = services.rate_table(policy(), table, cards=CARDS)
    for dialect in ("duckdb", "postgres", "trino"):
        assert "condition_A1" in ibis.to_sql(rated, dialect=dialect)


@pytest.mark.req("RR-13")
@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("{to: 0.02, inclusive", "{to: 99999999999999999999, inclusive", "scoring.items.2.bands.0.to"),
        ("{to: 0.02, inclusive", "{to: -1.0e+30, inclusive", "scoring.items.2.bands.0.to"),
        ("{points: 0}", "{points: 1.0e+18}", "scoring.items.2.bands.2.points"),
        ("from: 90, inclusive", "from: 1.0e+15, inclusive", "scoring.thresholds.0.from"),
        ("maximum: 30, question", "maximum: '1E+999999', question", "scoring.items.0.maximum"),
        ("value: 12,", "value: 9223372036854775808,", "parameters.0.value"),
        ("unit: CNY, value: null", "unit: CNY, value: '1E+999999'", "parameters.1.value"),
        ("total: 100", "total: 1.0e+19", "scoring.total"),
    ],
)
def test_a_number_that_cannot_be_held_exactly_is_refused_by_name(old: str, new: str, field: str) -> None:
    text = changed(old, new)

    with pytest.raises(PolicyInvalid) as refused:
        policy(text)

    assert [told for told in refused.value.params["problems"] if field in told and "过大" in told]
    assert refused.value.params["line"] == line_of(text, new)


def test_the_largest_number_still_grades() -> None:
    text = changed("{to: 0.02, inclusive", "{to: -999999999999999, inclusive")

    assert [row["points_overdue"] for row in rate(policy(text), [{"overdue_share": 0.01}])] == [25_000]


@pytest.mark.req("RR-05", "RR-09")
def test_what_held_a_grade_down_is_told_by_the_ranks_that_decided_it() -> None:
    capped = changed("missing: {rule: lowest}, mark: given}", "missing: {rule: cap, grade: B}, mark: given}")
    by = policy(capped)
    good: dict[str, Any] = {
        "keeps_word": True, "funds": "strong", "relation": 24, "impression": 30, "sum_ever": 100, "overdue_share": 0,
    }  # fmt: skip
    changes: list[dict[str, Any]] = [
        {}, {"overdue_share": 0.95}, {"relation": 1}, {"relation": None}, {"sum_ever": None},
        {"sum_ever": None, "relation": 1, "overdue_share": 0.95}, {"impression": None},
    ]  # fmt: skip
    rows = rate(by, [good | change for change in changes])

    table = ibis.memtable(pl.DataFrame(rows, infer_schema_length=None).select(pl.exclude(pl.Null)))
    held = services.with_ceilings(by, table).to_polars().sort("customer_no").to_dicts()

    assert [(row["vetoed_rank"], row["hard_rank"], row["soft_rank"]) for row in held] == [
        (1, 1, 1),
        (3, 1, 1),  # the veto of C
        (1, 1, 2),  # in principle B at best
        (1, 2, 2),  # not known, so the cap applies; not among those concerned for sure, so not measured
        (1, 2, 1),  # the item that is not measured
        (3, 1, 2),  # not among those concerned: the item has its points
        (1, 1, 1),
    ]
    for row in held:
        if row["rank"] is not None:
            best = max(row["vetoed_rank"], row["hard_rank"], row["soft_rank"])
            before = {"A": 1, "B": 2, "C": 3}.get(row["grade_before_caps"], 1)
            assert row["rank"] == max(before, best)

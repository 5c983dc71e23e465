from datetime import date
import pytest
from xinheng.base.audit import services, queries

pytestmark = pytest.mark.django_db


def test_smoke(chief, day):
    for n in range(5):
        services.record(
            actor=chief,
            act="customers.register",
            subject=f"customer:C-{n}",
            on=day,
            before=None,
            after={"name": "甲公司", "password": "x"},
        )
    assert services.seal_new_entries() == 5
    v = services.verify()
    assert v.ok, v
    assert queries.search(text="甲公司").count() == 5
    assert queries.search(text="甲公司")[0].after == {"name": "甲公司", "password": "•••"}

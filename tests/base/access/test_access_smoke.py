from tests.base.access.conftest import DAY
from xinheng.base.access import services


def test_smoke(person, acting):
    person("wang")
    services.require(acting("wang"), "customers.write")
    assert acting("wang").scope.reach == "unit"
    text, token = services.issue_token(
        actor=acting("wang"), on=DAY, name="erp", expires_on=DAY, permits=["*.read"][:0] or ["customers.*"]
    )
    a = services.actor_of_token(text, on=DAY)
    assert a and a.permits == {"customers.*"}
    services.deactivate(actor=acting("admin"), on=DAY, login="wang")
    assert services.actor_of_token(text, on=DAY) is None

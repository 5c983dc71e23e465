from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from xinheng.base.kernel.actors import system_actor


class RunsConfig(AppConfig):
    name = "xinheng.runs"
    label = "runs"
    verbose_name = "Runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Files of assessments are posted by the room that owns them; a new version brings its roles."""
        from xinheng.facts.intake import services as intake
        from xinheng.judgements.ratings import services as ratings

        intake.offer_poster("assessments", ratings.post_assessments, ratings.assessment_causes)
        # of a room with tables: Django tells of no other
        post_migrate.connect(_bring_roles, sender=apps.get_app_config("access"))


def _bring_roles(**_told: Any) -> None:
    """Shipped roles follow the version of the software, once the installation has people."""
    from xinheng.base.access import queries
    from xinheng.base.access import services as access
    from xinheng.runs.clock import business_day

    if queries.anyone():
        access.load_shipped_roles(actor=system_actor(), on=business_day())

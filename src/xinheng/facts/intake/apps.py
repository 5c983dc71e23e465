from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "xinheng.facts.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A ledger of contracts is judged and posted by the room of contracts."""
        from xinheng.facts.contracts import queries, services
        from xinheng.facts.intake.offers import offer_poster

        offer_poster("contracts", services.post_contracts, queries.judge_rows)

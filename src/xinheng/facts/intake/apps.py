from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "xinheng.facts.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A ledger of contracts is judged and posted by the room of contracts, outside factors by theirs."""
        from xinheng.facts.contracts import queries, services
        from xinheng.facts.factors import queries as factor_queries
        from xinheng.facts.factors import services as factors
        from xinheng.facts.intake.offers import offer_poster

        offer_poster("contracts", services.post_contracts, queries.judge_rows)
        offer_poster("factor_values", factors.post_values, factor_queries.judge_values)
        offer_poster("factor_entries", factors.post_entries, factor_queries.judge_entries)

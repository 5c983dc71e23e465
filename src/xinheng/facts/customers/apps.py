from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "xinheng.facts.customers"
    label = "customers"
    verbose_name = "Customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Questionnaires are this room's: whoever adopts one has it checked here first."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.customers import questionnaires

        packs.own(questionnaires.KIND, questionnaires.check)

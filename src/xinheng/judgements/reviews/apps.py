from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "xinheng.judgements.reviews"
    label = "reviews"
    verbose_name = "Reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Grade summaries are this room's: when one is approved, its grades take effect here."""
        from xinheng.base.approvals import services as approvals
        from xinheng.judgements.reviews import sheets

        approvals.own("grades", sheets.follow, sheets.look_ahead)

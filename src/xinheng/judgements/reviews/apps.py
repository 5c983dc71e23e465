from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "xinheng.judgements.reviews"
    label = "reviews"
    verbose_name = "Reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Grade summaries and events that lower a grade are this room's: what is approved happens here."""
        from xinheng.base.approvals import services as approvals
        from xinheng.judgements.reviews import lowering, sheets

        approvals.own("grades", sheets.follow, sheets.look_ahead)
        approvals.own("event", lowering.follow, lowering.look_ahead)

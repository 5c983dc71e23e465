from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "xinheng.judgements.ratings"
    label = "ratings"
    verbose_name = "Ratings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Reports on customers go through a chain; what they answer counts once they are accepted."""
        from xinheng.base.approvals import services as approvals
        from xinheng.facts.customers import services as files
        from xinheng.judgements.ratings import surveying

        approvals.own("survey", surveying.follow_review, files.before_decision, surveying.follow_review)

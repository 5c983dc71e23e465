from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "xinheng.runs"
    label = "runs"
    verbose_name = "Runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Files of assessments are posted by the room that owns them."""
        from xinheng.facts.intake import services as intake
        from xinheng.judgements.ratings import services as ratings

        intake.offer_poster("assessments", ratings.post_assessments, ratings.assessment_causes)

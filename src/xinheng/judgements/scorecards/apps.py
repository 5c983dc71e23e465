from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "xinheng.judgements.scorecards"
    label = "scorecards"
    verbose_name = "Scorecards"
    default_auto_field = "django.db.models.BigAutoField"

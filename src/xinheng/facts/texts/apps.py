from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "xinheng.facts.texts"
    label = "texts"
    verbose_name = "Texts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What happens to papers happens to what is found of them."""
        from xinheng.facts.dossiers.values import paper_added, paper_changed, paper_gone
        from xinheng.facts.texts import following

        paper_added.connect(following.on_added, dispatch_uid="texts")
        paper_changed.connect(following.on_changed, dispatch_uid="texts")
        paper_gone.connect(following.on_gone, dispatch_uid="texts")

from django.apps import AppConfig


class KeyAccountsConfig(AppConfig):
    name = "xinheng.operations.key_accounts"
    label = "key_accounts"
    verbose_name = "Key accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Who is a key account and which services there are is this room's document."""
        from xinheng.base.packs import services as packs
        from xinheng.operations.key_accounts import policy

        packs.own(policy.KIND, policy.check)

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "xinheng.base.messages"
    label = "messaging"  # "messages" is Django's own
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

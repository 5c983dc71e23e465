import logging

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "xinheng.reports"
    label = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Papers of messages are printed here; that nothing can be printed is said at the start."""
        from xinheng.base.kernel.fonts import font_folder
        from xinheng.base.messages import services as messages
        from xinheng.reports.reminder_letters import KIND, reminder_paper

        messages.offer_paper(KIND, reminder_paper)

        if font_folder() is None:
            logging.getLogger(__name__).warning(
                "没有可用于打印的中文字体，无法生成 PDF。 No Chinese font: nothing can be printed as PDF."
            )

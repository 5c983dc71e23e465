import logging

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "xinheng.reports"
    label = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say at the start, not at the first letter, that nothing can be printed as PDF."""
        from xinheng.reports.printing import font_folder

        if font_folder() is None:
            logging.getLogger(__name__).warning(
                "没有可用于打印的中文字体，无法生成 PDF。 No Chinese font: nothing can be printed as PDF."
            )

"""The app's place in Django."""

from django.apps import AppConfig


class ScrConfig(AppConfig):
    name = "scr"
    verbose_name = "Serious case reviews"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from scr import decision_steps, decision_work, review_work, scr_work

        scr_work.register()
        decision_work.register()
        decision_steps.register()
        review_work.register()

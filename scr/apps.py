"""The app's place in Django."""

from django.apps import AppConfig


class ScrConfig(AppConfig):
    name = "scr"
    verbose_name = "Serious case reviews"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from scr import (
            audit_work,
            decision_steps,
            decision_work,
            findings,
            review_work,
            scr_work,
        )

        scr_work.register()
        decision_work.register()
        decision_steps.register()
        review_work.register()
        audit_work.register()
        findings.register()

"""The app's place in Django."""

from django.apps import AppConfig


class ScrConfig(AppConfig):
    name = "scr"
    verbose_name = "Serious case reviews"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from scr import (
            audit_work,
            chronology_imports,
            decision_steps,
            decision_work,
            findings,
            letter_texts,
            narrative_facts,
            review_work,
            scr_work,
        )

        self._add_grants()
        chronology_imports.register()
        scr_work.register()
        decision_work.register()
        decision_steps.register()
        review_work.register()
        audit_work.register()
        findings.register()
        narrative_facts.register()
        letter_texts.register()

    def _add_grants(self) -> None:
        from django.db.models import Q

        from casereview import registries
        from casereview.leaving import Grant, emptying
        from scr.models import GroupMeeting

        planned = Q(state=GroupMeeting.State.PLANNED)
        registries.grants += [
            Grant("Coming SCR meetings", GroupMeeting, name, lambda now: planned, emptying(name))
            for name in ("chair", "minute_taker")
        ]

"""The app's place in Django."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Learning"

    def ready(self) -> None:
        """Add starters to the set-up, themes to reviews, and proposals to people's work."""
        from casereview import registries, set_up
        from learning import (  # jobs among them
            agency_updates,
            briefing_making,  # noqa: F401
            briefing_sight,
            families,
            learning_imports,
            priority_actions,
            report_making,  # noqa: F401
        )
        from learning.learning_work import proposals_to_decide
        from learning.starters import begin_themes
        from learning.theme_choices import themes_in_force

        set_up.steps.append(begin_themes)
        registries.themes.append(themes_in_force)
        registries.work_items += [proposals_to_decide, families.work, briefing_sight.work]
        learning_imports.register()
        priority_actions.register()
        agency_updates.register()

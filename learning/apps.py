"""The app's place in Django."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Learning"

    def ready(self) -> None:
        """Add the starter themes to the set-up, and the themes to what a review is coded with."""
        from casereview import registries, set_up
        from learning.starters import begin_themes
        from learning.theme_choices import themes_in_force

        set_up.steps.append(begin_themes)
        registries.themes.append(themes_in_force)

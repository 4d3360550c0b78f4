"""The app's place in Django."""

from django.apps import AppConfig


class CdopConfig(AppConfig):
    name = "cdop"
    verbose_name = "Child death overview panel"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from casereview import registries
        from cdop import return_work

        registries.work_items.append(return_work.return_to_make)

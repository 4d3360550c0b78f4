"""The app's place in Django."""

from django.apps import AppConfig


class CdopConfig(AppConfig):
    name = "cdop"
    verbose_name = "Child death overview panel"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from casereview import registries
        from cdop import groups, return_work

        registries.groupings.append(groups.GROUPING)
        registries.work_items.append(return_work.return_to_make)
        self._add_panel_review()
        self._add_notification()

    def _add_panel_review(self) -> None:
        from casereview import registries
        from casereview.registries import CasePage
        from cdop import review_work

        registries.work_items.append(review_work.review_work)
        registries.next_steps.append(review_work.next_review_step)
        registries.timeline.append(review_work.review_timeline)
        registries.begun_steps.append(review_work.begun_steps)
        registries.case_pages.append(
            CasePage("Panel review", "cdop:view_panel_review", "view_panel_review", 40)
        )

    def _add_notification(self) -> None:
        from cdop import notification_work

        notification_work.register()

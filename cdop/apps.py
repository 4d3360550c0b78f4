"""The app's place in Django."""

from django.apps import AppConfig


class CdopConfig(AppConfig):
    name = "cdop"
    verbose_name = "Child death overview panel"

    def ready(self) -> None:
        """Add what this app has to say to the pages that gather from all."""
        from casereview import registries
        from cdop import api_answers, groups, narrative_facts, report_work, return_work

        api_answers.register()
        narrative_facts.register()
        registries.groupings.append(groups.GROUPING)
        registries.work_items.append(return_work.return_to_make)
        registries.work_items.append(return_work.asked_for_a_return)
        registries.case_pages.append(
            registries.CasePage("Returns", "cdop:view_case_returns", "view_case_returns", 80)
        )
        registries.work_items.append(report_work.requests_to_answer)
        registries.identifiers.append(report_work.identifiers)
        registries.grants.append(report_work.PARTS_TO_ANSWER)
        self._add_panel_review()
        self._add_notification()
        self._add_gathering()
        self._add_meetings()
        self._add_response()
        self._add_first_judgements()

    def _add_panel_review(self) -> None:
        from casereview import registries
        from casereview.registries import CasePage
        from cdop import review_work

        registries.work_items.append(review_work.review_work)
        registries.next_steps.append(review_work.next_review_step)
        registries.tell_timeline("panel", "Panel and its meetings", review_work.review_timeline)
        registries.begun_steps.append(review_work.begun_steps)
        registries.case_pages.append(
            CasePage("Panel review", "cdop:view_panel_review", "view_panel_review", 40, main=True)
        )

    def _add_gathering(self) -> None:
        from cdop import gathering_work, late_work, waiting_steps

        gathering_work.register()
        late_work.register()
        waiting_steps.register()

    def _add_notification(self) -> None:
        from cdop import (
            case_imports,
            intake_work,
            list_retention_work,
            list_work,
            notification_work,
        )

        case_imports.register()
        notification_work.register()
        list_work.register()
        list_retention_work.register()
        intake_work.register()

    def _add_meetings(self) -> None:
        from cdop import meeting_work, minutes_redaction, minutes_retention, pack_work
        from cdop.actions import redacting

        minutes_retention.register()
        minutes_redaction.register()
        redacting.register()
        meeting_work.register()
        pack_work.register()

    def _add_first_judgements(self) -> None:
        from cdop import judging_work

        judging_work.register()

    def _add_response(self) -> None:
        from casereview import registries
        from cdop import completion, death_review_work, family_letter, response_work

        response_work.register()
        death_review_work.register()
        registries.completions.append(completion.completed_on)
        registries.family_letter.append(family_letter.decided)

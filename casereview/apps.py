"""The app's place in Django."""

from django.apps import AppConfig
from django.conf import settings


class CasereviewConfig(AppConfig):
    name = "casereview"
    verbose_name = "Case review"

    def ready(self) -> None:
        """Add the kernel's own lines to the registries, and make its jobs known to the worker."""
        from casereview import (  # noqa: F401
            access_review,
            action_work,
            break_glass_page,
            care,
            case_notes,
            checkpoints,
            document_work,
            drafts,
            family_work,
            imports,
            information_request_page,
            joint_papers_work,
            leaving,
            local_texts,
            message_texts,
            outbox,
            process_work,
            readiness,
            record_checks,
            registries,
            reminders,
            retention_work,
            saved_views,
            second_person_page,
            start_checks,
            upkeep,
            work_list,
        )
        from casereview.actions import accounts, documents  # noqa: F401
        from casereview.api import cases, tokens
        from casereview.registries import CasePage
        from casereview.rules import working_days
        from casereview.sign_in import record  # noqa: F401

        working_days.proclaim(settings.HOLIDAYS_ADDED)
        registries.work_items.append(work_list.interests_to_decide)
        registries.work_items.append(break_glass_page.work)
        registries.work_items.append(second_person_page.work)
        registries.work_items.append(access_review.work)
        accounts.register()
        start_checks.add()
        registries.readiness.append(readiness.reports_and_holds)
        registries.chores["checkpoint"] = checkpoints.chore
        action_work.register()
        leaving.register()
        tokens.register()
        registries.api += [one for one in cases.ENDPOINTS if one not in registries.api]
        family_work.register()
        imports.register()
        process_work.register()
        case_notes.register()
        saved_views.register()
        drafts.register()
        care.register()
        local_texts.register()
        message_texts.register()
        document_work.register()
        information_request_page.register()
        record_checks.register()
        retention_work.register()
        joint_papers_work.register()
        registries.case_pages += [
            CasePage("Overview", "view_case", "view_case", 10, main=True),
            CasePage("Linked cases", "view_incident", "view_incident", 65),
            CasePage("Sharing", "view_sharing", "view_sharing", 70),
            CasePage("Declare an interest", "declare_interest", "declare_interest", 75),
            CasePage("Timeline", "view_case_timeline", "view_case_timeline", 15),
            CasePage("History", "view_history", "view_history", 80),
            CasePage("Access log", "view_access_log", "view_access_log", 90),
        ]

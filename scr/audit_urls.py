"""Addresses of the audit programme."""

from django.urls import path

from scr.views import audited, audits

_ONE = "audits/<str:audit>"
_CHILD = f"{_ONE}/children/<int:number>"

urlpatterns = [
    path("audits/", audits.list_audits, name="list_audits"),
    path("audits/<int:year>/", audits.list_audits, name="list_audits_of"),
    path("audits/<int:year>/plan/", audits.plan_audit, name="plan_audit"),
    path(f"{_ONE}/", audits.view_audit, name="view_audit"),
    path(f"{_ONE}/plan/", audits.change_audit_plan, name="change_audit_plan"),
    path(f"{_ONE}/postpone/", audits.postpone_audit, name="postpone_audit"),
    path(f"{_ONE}/cancel/", audits.cancel_audit, name="cancel_audit"),
    path(f"{_ONE}/held/", audits.record_audit_held, name="record_audit_held"),
    path(f"{_ONE}/found/", audited.record_audit_findings, name="record_audit_findings"),
    path(f"{_ONE}/children/", audited.add_audited_child, name="add_audited_child"),
    path(f"{_CHILD}/", audited.record_audited_child, name="record_audited_child"),
    path(f"{_CHILD}/remove/", audited.remove_audited_child, name="remove_audited_child"),
    path(f"{_ONE}/agree/", audited.agree_audit, name="agree_audit"),
    path(
        f"{_ONE}/take-back/",
        audited.take_back_audit_agreement,
        name="take_back_audit_agreement",
    ),
    path(f"{_ONE}/share/", audited.share_audit, name="share_audit"),
    path(f"{_ONE}/paper/", audited.download_audit, name="download_audit"),
]

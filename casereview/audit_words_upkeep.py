"""What was done to sign in, and to look after the installation, in plain words."""

ACTIONS = {
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "sign_in_failed": "Tried to sign in and failed",
    "add_second_factor": "Added a second factor",
    "add_single_sign_on": "Added a single sign-on",
    "remove_second_factor": "Removed a second factor",
    "remove_single_sign_on": "Removed a single sign-on",
    "renew_recovery_codes": "Made new recovery codes",
    "reset_second_factor": "Reset a person’s second factor",
    "show_second_factor": "Showed their second factor",
    "step_up": "Needed a fresh proof of who they are",
    "view_audit_log": "Looked at the audit log",
    "verify_audit": "Had the audit log verified",
    "view_checkpoint": "Looked at a checkpoint of the audit log",
    "deliver_checkpoint": "Sent out a checkpoint of the audit log",
    "declare_gap": "Declared entries of the audit log lost",
    "cover_rows": "Took rows under the protection of the audit log",
    "view_set_up": "Looked at what is still to be set up",
    "import_agencies": "Brought in agencies from a file",
    "view_status": "Looked at the state of the installation",
}

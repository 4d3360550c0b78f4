"""What was done about keeping papers, keys and backups, in plain words."""

ACTIONS = {
    "view_retention": "Looked at how long papers are kept",
    "settle_retention": "Settle how long papers are kept",
    "hold_every_case": "Place a legal hold on every case",
    "lift_hold_of_every_case": "Lift a legal hold on every case",
    "view_case_retention": "Looked at how long the case is kept",
    "hold_case": "Place a legal hold on the case",
    "lift_hold": "Lift a legal hold on the case",
    "propose_disposal": "Propose to dispose of the case",
    "dispose_case": "Dispose of the case",
    "download_certificate": "Downloaded a certificate of disposal",
    "work_out_retention": "Worked out how long cases are kept",
    "sweep_keys": "Removed keys that belong to nothing",
    "rotate_keys": "Changed the wrapping key",
    "backup": "Backed up the database and files",
    "back_up_keys": "Backed up the keys",
    "restore_drill": "Tried whether a backup could be restored",
    "restore_backup": "Restored a backup",
}

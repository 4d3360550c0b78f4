"""What was done to keep the installation safe: backups, drills, rotations, checks of the chain."""

import uuid

from django.db import models


class UpkeepRecord(models.Model):
    """One thing that was done for the installation as a whole, and how it went.

    Rows are added, never changed; the audit chain tells the same to whoever doubts them.
    `details` are counts, digests and names of files' formats: never a secret, never a name.
    """

    class Kind(models.TextChoices):
        BACKUP = "backup", "Backup of the database and files"
        KEY_BACKUP = "key_backup", "Backup of the keys"
        RESTORE = "restore", "Restore"
        DRILL = "drill", "Restore drill"
        ROTATION = "rotation", "Rotation of the keys"
        VERIFICATION = "verification", "Check of the audit chain"
        CHECKPOINT = "checkpoint", "Checkpoint of the audit chain, delivered"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    succeeded = models.BooleanField(default=True)
    details = models.JSONField(default=dict, blank=True)

    identifying = narrative = coded = ()
    operational = ("id", "kind", "at", "succeeded", "details")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "-at"], name="upkeep_of_a_kind")]

    def __repr__(self) -> str:
        return f"<UpkeepRecord {self.kind} {self.pk}>"

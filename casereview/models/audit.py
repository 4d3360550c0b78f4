"""The audit chain's tables: appended to, never changed; the database refuses anything else."""

from django.db import models


class AuditEntry(models.Model):
    """One look, change, refusal, sign-in or export. Holds names of fields, never their values."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    # Plain keys, not links: an entry outlives whatever it speaks of.
    actor = models.UUIDField(null=True)
    acting_role = models.CharField(max_length=40, blank=True)
    session = models.CharField(max_length=16, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    case = models.UUIDField(null=True)
    table = models.CharField(max_length=63, blank=True)
    key = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10)
    detail = models.TextField()
    mac = models.BinaryField()

    identifying = narrative = ()
    coded = ("action", "outcome", "acting_role", "purpose")
    operational = ("seq", "at", "actor", "session", "case", "table", "key", "detail", "mac")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["case", "-seq"], name="audit_of_a_case"),
            models.Index(fields=["actor", "-seq"], name="audit_of_a_person"),
        ]

    def __repr__(self) -> str:
        return f"<AuditEntry {self.seq}>"


class AuditRowCode(models.Model):
    """The code over all ciphertexts of one row as the entry's act left it."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="row_codes")
    place = models.PositiveIntegerField()
    table = models.CharField(max_length=63)
    key = models.UUIDField()
    row_version = models.PositiveIntegerField()
    code = models.BinaryField()

    identifying = narrative = coded = ()
    operational = ("id", "entry", "place", "table", "key", "row_version", "code")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["table", "key", "-entry"], name="row_code_of_a_row")]

    def __repr__(self) -> str:
        return f"<AuditRowCode {self.table} {self.key}>"

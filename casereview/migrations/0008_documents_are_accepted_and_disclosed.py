import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from casereview.database import CreateTogether, protect, protected_still, release
from django.db import migrations, models


FIRST, LAST = protected_still("casereview_documenthistory")
NEW = ["casereview_disclosurehistory", "casereview_disclosureparthistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """A document that was not scanned is accepted by a person; a bundle is disclosed by parts."""

    dependencies = [
        ("casereview", "0007_what_may_not_be_done_is_told_apart"),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name="document",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="documenthistory",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="documenthistory",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="scan_state",
            field=models.CharField(
                choices=[
                    ("quarantine", "Waiting to be scanned"),
                    ("not_scanned", "Not scanned"),
                    ("clean", "Scanned and clean"),
                    ("refused", "Refused"),
                ],
                default="quarantine",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="documenthistory",
            name="scan_state",
            field=models.CharField(
                choices=[
                    ("quarantine", "Waiting to be scanned"),
                    ("not_scanned", "Not scanned"),
                    ("clean", "Scanned and clean"),
                    ("refused", "Refused"),
                ],
                default="quarantine",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_by__isnull", True), ("accepted_at__isnull", True)),
                    models.Q(("accepted_by__isnull", False), ("accepted_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_document_is_accepted_by_a_person",
            ),
        ),
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Disclosure",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosures",
                                to="casereview.case",
                            ),
                        ),
                        (
                            "asked_by_whom",
                            casereview.fields.EncryptedTextField(blank=True, null=True),
                        ),
                        ("purpose", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Being decided"),
                                    ("made", "Made, to be fetched once"),
                                    ("fetched", "Fetched"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        (
                            "begun_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("begun_at", models.DateTimeField()),
                        ("storage_name", models.CharField(blank=True, max_length=64)),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "fetched_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("fetched_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("made_by__isnull", True), ("made_at__isnull", True)),
                                    models.Q(
                                        ("made_by__isnull", False), ("made_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_bundle_is_made_by_a_person_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("fetched_by__isnull", True), ("fetched_at__isnull", True)
                                    ),
                                    models.Q(
                                        ("fetched_by__isnull", False), ("fetched_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_bundle_is_fetched_by_a_person_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisclosureHistory",
                    fields=[
                        ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "asked_by_whom",
                            casereview.fields.EncryptedTextField(blank=True, null=True),
                        ),
                        ("purpose", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Being decided"),
                                    ("made", "Made, to be fetched once"),
                                    ("fetched", "Fetched"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("begun_at", models.DateTimeField()),
                        ("storage_name", models.CharField(blank=True, max_length=64)),
                        ("made_at", models.DateTimeField(blank=True, null=True)),
                        ("fetched_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.case",
                            ),
                        ),
                        (
                            "begun_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "fetched_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical disclosure",
                        "verbose_name_plural": "historical disclosures",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="DisclosurePart",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosure_parts",
                                to="casereview.case",
                            ),
                        ),
                        (
                            "disclosure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="casereview.disclosure",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosure_parts",
                                to="casereview.document",
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        ("paragraph", models.PositiveIntegerField(default=0)),
                        ("third_party", models.BooleanField()),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Waiting for a decision"),
                                    ("disclose", "Disclose"),
                                    ("redact", "Redact"),
                                    ("withhold", "Withhold"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("words", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        (
                            "instead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="casereview.document",
                            ),
                        ),
                        ("reason", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": ["place"],
                        "abstract": False,
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_by__isnull", True), ("decided_at__isnull", True)
                                    ),
                                    models.Q(
                                        ("decided_by__isnull", False), ("decided_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_part_is_decided_by_a_person_at_a_time",
                            ),
                            models.UniqueConstraint(
                                fields=("disclosure", "document", "paragraph"),
                                name="a_bundle_holds_a_part_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decision", "redact"),
                                    ("instead", None),
                                    ("paragraph", 0),
                                    _negated=True,
                                ),
                                name="a_redacted_document_has_a_copy_instead",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisclosurePartHistory",
                    fields=[
                        ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        ("place", models.PositiveIntegerField()),
                        ("paragraph", models.PositiveIntegerField(default=0)),
                        ("third_party", models.BooleanField()),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Waiting for a decision"),
                                    ("disclose", "Disclose"),
                                    ("redact", "Redact"),
                                    ("withhold", "Withhold"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("words", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ("reason", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.case",
                            ),
                        ),
                        (
                            "disclosure",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.disclosure",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.document",
                            ),
                        ),
                        (
                            "instead",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.document",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical disclosure part",
                        "verbose_name_plural": "historical disclosure parts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ],
        ),
        migrations.RunPython(refuse, allow),
        LAST,
    ]

import casereview.fields
import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


from casereview.database import CreateTogether, protect, protected_still, release

FIRST, LAST = protected_still("casereview_actionhistory", "casereview_recommendationhistory")
NEW = ["casereview_actionevidencehistory", "casereview_effectreviewhistory"]


def refuse(apps, schema_editor):
    protect(schema_editor, NEW)


def allow(apps, schema_editor):
    release(schema_editor, NEW)


class Migration(migrations.Migration):
    """An action has evidence that another person accepts, and a look back at its effect."""

    dependencies = [
        ("casereview", "0005_an_interest_has_a_ground"),
    ]

    operations = [
        FIRST,
        migrations.AddField(
            model_name="action",
            name="begun_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="action",
            name="blocked_by",
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="actionhistory",
            name="begun_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="actionhistory",
            name="blocked_by",
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="kind",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="test",
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recommendationhistory",
            name="kind",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="recommendationhistory",
            name="test",
            field=casereview.fields.EncryptedTextField(blank=True, null=True),
        ),
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="ActionEvidenceHistory",
                    fields=[
                        ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        ("key_kind", models.CharField(default="case", max_length=20)),
                        ("key_id", models.UUIDField()),
                        ("text", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ("given_at", models.DateTimeField()),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Waiting to be looked at"),
                                    ("accepted", "Accepted"),
                                    ("not_enough", "Not enough"),
                                ],
                                max_length=15,
                            ),
                        ),
                        (
                            "answer_reason",
                            casereview.fields.EncryptedTextField(blank=True, null=True),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
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
                            "action",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.action",
                            ),
                        ),
                        (
                            "answered_by",
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
                            "given_by",
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
                        "verbose_name": "historical action evidence",
                        "verbose_name_plural": "historical action evidences",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="EffectReview",
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
                        ("key_kind", models.CharField(default="case", max_length=20)),
                        ("key_id", models.UUIDField()),
                        ("due_on", models.DateField()),
                        ("reviewed_on", models.DateField(blank=True, null=True)),
                        (
                            "reached",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "Done"),
                                    ("reached", "Reached the people it was for"),
                                    ("practice", "Practice changed"),
                                    ("exposure", "Children's exposure changed"),
                                    ("near_misses", "Fewer near misses"),
                                    ("deaths", "Fewer deaths or less serious harm"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("seen", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="effect_reviews",
                                to="casereview.action",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="EffectReviewHistory",
                    fields=[
                        ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                        ("version", models.PositiveIntegerField(default=0, editable=False)),
                        ("key_kind", models.CharField(default="case", max_length=20)),
                        ("key_id", models.UUIDField()),
                        ("due_on", models.DateField()),
                        ("reviewed_on", models.DateField(blank=True, null=True)),
                        (
                            "reached",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "Done"),
                                    ("reached", "Reached the people it was for"),
                                    ("practice", "Practice changed"),
                                    ("exposure", "Children's exposure changed"),
                                    ("near_misses", "Fewer near misses"),
                                    ("deaths", "Fewer deaths or less serious harm"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("seen", casereview.fields.EncryptedTextField(blank=True, null=True)),
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
                            "action",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="casereview.action",
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
                        (
                            "reviewed_by",
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
                    ],
                    options={
                        "verbose_name": "historical effect review",
                        "verbose_name_plural": "historical effect reviews",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="ActionEvidence",
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
                        ("key_kind", models.CharField(default="case", max_length=20)),
                        ("key_id", models.UUIDField()),
                        ("text", casereview.fields.EncryptedTextField(blank=True, null=True)),
                        ("given_at", models.DateTimeField()),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Waiting to be looked at"),
                                    ("accepted", "Accepted"),
                                    ("not_enough", "Not enough"),
                                ],
                                max_length=15,
                            ),
                        ),
                        (
                            "answer_reason",
                            casereview.fields.EncryptedTextField(blank=True, null=True),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="casereview.action",
                            ),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "given_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_by__isnull", True), ("answered_at__isnull", True)
                                    ),
                                    models.Q(
                                        ("answered_by__isnull", False),
                                        ("answered_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="evidence_is_answered_by_a_person_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_by", None),
                                    models.Q(("answered_by", models.F("given_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="nobody_accepts_their_own_evidence",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(refuse, allow),
        LAST,
    ]

"""What lets a program read for a person."""

from django.conf import settings
from django.db import models

from casereview.history import History
from casereview.records import Record, link, together, user_link


class ApiToken(Record):
    """A token that somebody made for a program of theirs; what is kept of it opens nothing."""

    user = link(settings.AUTH_USER_MODEL, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    # Changes with the person's password, and the token with it.
    bound_to = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = user_link()

    operational = (
        "user",
        "name",
        "digest",
        "bound_to",
        "made_at",
        "expires_at",
        "last_used_at",
        "ended_at",
        "ended_by",
    )
    # Each use is in the audit log.
    unversioned = frozenset({"last_used_at"})
    history = History(excluded_fields=["last_used_at"])

    class Meta(Record.Meta):
        ordering = ["-made_at"]
        constraints = [together("a_token_ends_at_a_time_by_a_person", "ended_at", "ended_by")]

"""The key store's one table."""

import uuid

from django.db import models


class DataKey(models.Model):
    """The data key of one owner in one epoch, wrapped by the key ring. Lives in the key store."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    identifying = narrative = coded = ()
    operational = ("owner_kind", "owner_id", "epoch", "wrapped", "made_at")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_data_key_per_owner_and_epoch", fields=["owner_kind", "owner_id", "epoch"]
            )
        ]

    def __repr__(self) -> str:
        return f"<DataKey of {self.owner_kind} {self.owner_id}>"

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


class DestroyedKey(models.Model):
    """An owner whose keys were destroyed for good: no backup of the keys brings them back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    destroyed_at = models.DateTimeField()

    identifying = narrative = coded = ()
    operational = ("owner_kind", "owner_id", "destroyed_at")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="an_owner_loses_its_keys_once", fields=["owner_kind", "owner_id"]
            )
        ]

    def __repr__(self) -> str:
        return f"<DestroyedKey of {self.owner_kind} {self.owner_id}>"

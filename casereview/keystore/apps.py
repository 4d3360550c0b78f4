"""The app's place in Django."""

from django.apps import AppConfig


class KeystoreConfig(AppConfig):
    name = "casereview.keystore"
    label = "keystore"
    verbose_name = "Key store"

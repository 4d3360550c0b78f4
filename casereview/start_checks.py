"""What `check --deploy` asks of an installation beside what Django asks."""

from typing import Any

from django.conf import settings
from django.core import checks


def site_address(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn where links in messages would not lead to this site by a sealed line."""
    if settings.SITE_ADDRESS.startswith("https://"):
        return []
    return [
        checks.Warning(
            "SITE_ADDRESS is not an https address: links in messages would not lead here.",
            hint="Set SITE_ADDRESS, such as https://casereview.example.org.",
            id="casereview.W001",
        )
    ]


def add() -> None:
    """Have the checks asked with Django's own."""
    checks.register(site_address, deploy=True)

"""allauth's part for signing in elsewhere, in Django."""

from allauth.socialaccount.apps import SocialAccountConfig


class SingleSignOn(SocialAccountConfig):
    """The same app; what speaks to a provider is loaded with the addresses, where it is used.

    It brings a client for the web along, which no command has a use for.
    """

    def ready(self) -> None:
        from allauth.socialaccount import checks  # noqa: F401

"""The sign-in forms in this product's words; what they check is allauth's."""

import qrcode  # type: ignore[import-untyped]
from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.functional import cached_property

CHOOSING = (
    "At least 12 characters. Three words that do not belong together are good. It must not be a "
    "common password, nor like your name or e-mail address."
)
EMAIL = {
    "required": "Enter your e-mail address",
    "invalid": "Enter an e-mail address like name@example.org",
}


def _say(
    form: forms.BaseForm, name: str, label: str, required: str, hint: str = "", width: str = ""
) -> None:
    """Give a field of allauth's our label, hint, width and message, and no placeholder."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    if width:
        field.width = width  # type: ignore[attr-defined]


class SignIn(account.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "login", "E-mail address", EMAIL["required"])
        self.fields["login"].error_messages.update(EMAIL)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        _say(self, "password", "Password", "Enter your password")


class AskForNewPassword(account.ResetPasswordForm):
    """The address to which a link for a new password is sent."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "email", "E-mail address", EMAIL["required"])
        self.fields["email"].error_messages.update(EMAIL)


class SetPassword(account.ResetPasswordKeyForm):
    """A new password, typed twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", "Enter a new password", CHOOSING)
        _say(self, "password2", "New password again", "Enter the new password again")


class ChangePassword(account.ChangePasswordForm):
    """A new password in place of the current one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Current password", "Enter your current password")
        _say(self, "password1", "New password", "Enter a new password", CHOOSING)
        _say(self, "password2", "New password again", "Enter the new password again")


class PasswordAgain(account.ReauthenticateForm):
    """The password, asked before a second factor is set up."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", "Enter your password")


class SecondFactor(mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self)


class SecondFactorAgain(mfa.ReauthenticateForm):
    """A code, asked before what could do most harm."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _code(self)


class SetUpApp(totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code from the app", "Enter the 6 digits the app shows", width="10")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    @property
    def secret_in_groups(self) -> str:
        """Return the set-up key in groups of four, to be typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    @cached_property
    def qr_squares(self) -> list[list[bool]]:
        """Return the QR code that an authenticator app reads, row by row; true is black."""
        code = qrcode.QRCode(border=4)
        code.add_data(get_adapter().build_totp_url(self.user, self.secret))
        return code.get_matrix()

    @property
    def qr_path(self) -> str:
        """Return the black squares as the path of a drawing, one unit each."""
        return "".join(
            f"M{x},{y}h1v1h-1z"
            for y, row in enumerate(self.qr_squares)
            for x, black in enumerate(row)
            if black
        )


# What a library may raise over an answer that no passkey gave.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, InvalidSignature)


def _unreadable() -> forms.ValidationError:
    return forms.ValidationError("Try the passkey again: its answer could not be read")


class ShowPasskey(webauthn.AuthenticateWebAuthnForm):
    """The answer of a passkey, at sign-in."""

    def clean_credential(self):
        """Return the passkey that answered, or refuse an answer that cannot be read."""
        try:
            return super().clean_credential()
        except UNREADABLE:
            raise _unreadable() from None


class ShowPasskeyAgain(webauthn.ReauthenticateWebAuthnForm):
    """The answer of a passkey, asked before what could do most harm."""

    def clean_credential(self):
        """Return the passkey that answered, or refuse an answer that cannot be read."""
        try:
            return super().clean_credential()
        except UNREADABLE:
            raise _unreadable() from None


class AddPasskey(webauthn.AddWebAuthnForm):
    """A name for a new passkey or security key; the browser fills in the rest."""

    def clean(self):
        """Check the new passkey's answer, or refuse one that cannot be read."""
        try:
            return super().clean()
        except UNREADABLE:
            raise _unreadable() from None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hint = "For example: work laptop, blue key"
        _say(self, "name", "Name of this passkey", "Enter a name", hint, width="20")
        self.initial["name"] = ""
        required = "Use the button: your browser asks for the passkey"
        self.fields["credential"].error_messages["required"] = required


class RenamePasskey(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name of this passkey", "Enter a name", width="20")


def _code(form: forms.BaseForm) -> None:
    hint = "6 digits from your authenticator app, or one of your recovery codes"
    _say(form, "code", "Code", "Enter a code", hint, width="10")
    form.fields["code"].widget.attrs.update({"inputmode": "numeric", "autofocus": True})

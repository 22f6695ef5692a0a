"""What a password may not be, beside what Django refuses."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotTheSame:
    """Refuses the password that the account has already."""

    def validate(self, password, user=None):
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(_("This is the password that you have: choose another."), code="password_unchanged")

    def get_help_text(self):
        return _("Not the one that you have now.")

"""Who is signed in, as every request asks it: the officer with unit and region in one query, all their rights in another."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from entities.models import Officer
from entities.question import Given, Question


class OfficerBackend(ModelBackend):
    """Passwords and rights are Django's own; what a page asks of them is asked together."""

    def get_user(self, user_id):
        officer = next(iter(_WHO(officer=user_id)), None)
        return officer if officer and self.user_can_authenticate(officer) else None

    def get_all_permissions(self, user_obj, obj=None):
        """The names of all rights, from the groups and the officer's own. One query, once per officer object."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            rights = _ALL_RIGHTS() if user_obj.is_superuser else _RIGHTS(officer=user_obj.pk)
            user_obj._perm_cache = {f"{app}.{name}" for app, name in rights}
        return user_obj._perm_cache


def _named(**those):
    return Permission.objects.filter(**those).order_by().values_list("content_type__app_label", "codename")


_WHO = Question(lambda: Officer.objects.select_related("unit__region", "unit__parent").filter(pk=Given("officer")))
_ALL_RIGHTS = Question(_named)
_RIGHTS = Question(lambda: _named(user=Given("officer")).union(_named(group__user=Given("officer")), all=True))

"""Who is signed in, as every request asks it: the officer with unit and region in one query, all their rights in another."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from entities.models import Officer


class OfficerBackend(ModelBackend):
    """Passwords and rights are Django's own; what a page asks of them is asked together."""

    def get_user(self, user_id):
        try:
            officer = Officer.objects.select_related("unit__region", "unit__parent").get(pk=user_id)
        except Officer.DoesNotExist:
            return None
        return officer if self.user_can_authenticate(officer) else None

    def get_all_permissions(self, user_obj, obj=None):
        """The names of all rights, from the groups and the officer's own. One query, once per officer object."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = {f"{app}.{name}" for app, name in self._all_of(user_obj)}
        return user_obj._perm_cache

    def _all_of(self, officer):
        if officer.is_superuser:
            return _named(Permission.objects.all())
        return _named(self._get_user_permissions(officer)).union(_named(self._get_group_permissions(officer)), all=True)


def _named(rights):
    return rights.order_by().values_list("content_type__app_label", "codename")

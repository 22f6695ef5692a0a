"""Which entities have lain in more than one region."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.models.entity import Entity


class Relocation(models.Model):
    """That an entity lay in another region than it does now, or that a case or seizure of it was made elsewhere.

    Records keep the region in which they were made, so those of such an entity, and of no other, may lie outside of its own.
    Noted by the database itself with whatever moves an entity (entities/relocating.py), and by a record that begins elsewhere.
    """

    entity = models.OneToOneField(
        Entity, models.CASCADE, primary_key=True, verbose_name=_("entity"), related_name="relocation"
    )

    class Meta:
        verbose_name = _("relocated entity")
        verbose_name_plural = _("relocated entities")

    def __str__(self):
        return str(self.entity)

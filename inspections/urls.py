from django.urls import path

from inspections.views import entity, evidence, hazard, home, inspection

urlpatterns = [
    path("", home.home, name="home"),
    path("campaign/", home.choose_campaign, name="choose_campaign"),
    path("entities/<int:pk>/", entity.entity_detail, name="entity_detail"),
    path("entities/<int:pk>/state/", entity.entity_state, name="entity_state"),
    path("entities/<int:pk>/inspect/", inspection.inspection_create, name="inspection_create"),
    path("inspections/new/", inspection.inspection_start, name="inspection_start"),
    path("inspections/<int:pk>/", inspection.inspection_detail, name="inspection_detail"),
    path("inspections/<int:pk>/edit/", inspection.inspection_edit, name="inspection_edit"),
    path("inspections/<int:pk>/discard/", inspection.inspection_discard, name="inspection_discard"),
    path("inspections/<int:pk>/void/", inspection.inspection_void, name="inspection_void"),
    path("hazards/", hazard.hazard_list, name="hazard_list"),
    path("hazards/<int:pk>/", hazard.hazard_detail, name="hazard_detail"),
    path("hazards/<int:pk>/rectify/", hazard.hazard_rectify, name="hazard_rectify"),
    path("hazards/<int:pk>/extend/", hazard.hazard_extend, name="hazard_extend"),
    path("hazards/<int:pk>/close/", hazard.hazard_close, name="hazard_close"),
    path("rectifications/<int:pk>/accept/", hazard.rectification_accept, name="rectification_accept"),
    path("rectifications/<int:pk>/reject/", hazard.rectification_reject, name="rectification_reject"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
]

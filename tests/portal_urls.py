"""The addresses of the site where log-in through a portal is switched on."""

from django.urls import include, path

from yongzhou_ebike.urls import urlpatterns as usual

urlpatterns = [*usual, path("portal/", include("mozilla_django_oidc.urls"))]

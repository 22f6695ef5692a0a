"""The product, and beside it in the same process a bare view of Django: no middleware, no database, no template."""

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import path

from yongzhou_ebike.wsgi import application as product

BARE = "/bare/"


def bare_view(request):
    return HttpResponse("bare")


class BareUrls:
    urlpatterns = [path("bare/", bare_view)]


class BareHandler(WSGIHandler):
    """Django without any middleware, under addresses of its own."""

    def get_response(self, request):
        request.urlconf = BareUrls
        return super().get_response(request)


with override_settings(MIDDLEWARE=[]):
    bare = BareHandler()


def application(environ, start_response):
    return (bare if environ["PATH_INFO"] == BARE else product)(environ, start_response)

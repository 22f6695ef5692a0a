"""WSGI entry point."""

from django.core.wsgi import get_wsgi_application

from yongzhou_ebike.startup import start

application = start(get_wsgi_application)

"""Django as a WSGI application: synchronous, run in a bounded pool of threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")

application = get_wsgi_application()

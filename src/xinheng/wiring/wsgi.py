"""The application a WSGI server runs."""

import atexit
import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page is loaded now, not at the first request
gc.collect()
gc.freeze()  # what stays for good is not walked by every collection: one page in twenty took twice its time
atexit.register(gc.unfreeze)

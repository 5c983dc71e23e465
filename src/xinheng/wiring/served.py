"""The application as our own server runs it: each of its processes ends when the one that began it falls."""

from xinheng.wiring.cli.children import end_with_server
from xinheng.wiring.wsgi import application

__all__ = ["application"]

end_with_server()

"""Imported by a fork server, and by nobody else: who imports it ends with the process that started it."""

from crawler.run.fork_server import end_server_with_parent

end_server_with_parent()

"""Imported by a fork server, and by nobody else: who imports it ends with the process that started it."""

from crawler.run.fork_server import end_with_parent

end_with_parent()

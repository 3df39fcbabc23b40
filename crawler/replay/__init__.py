"""Saved pages as answers: a crawl that opens no connection, and the fixtures that tests read."""

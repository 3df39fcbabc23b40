"""Captures as WARC files: how a response is written, indexed, looked up and read again."""

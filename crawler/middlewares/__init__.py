"""What stands between spider and network: it skips and refuses requests, and keeps every response."""

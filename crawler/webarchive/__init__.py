"""Public web archives: what to ask an index, what it answers, and when a capture is proved. Pure."""

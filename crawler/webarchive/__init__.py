"""What is known of public web archives, and what proves a capture of theirs; pure functions, too."""

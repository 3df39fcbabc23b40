"""What is known of public web archives: what to ask them, what they answer, whose a capture is; pure, too."""

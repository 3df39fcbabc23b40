"""Other people's archives, pure: what to ask them, what they answer, and who it was that has a capture."""

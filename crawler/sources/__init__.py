"""Who names articles: one file a source, each saying what to ask for and what an answer shows."""

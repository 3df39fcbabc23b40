"""One run: its arguments, its backfill, its workers, its counts, its log, and how it ended."""

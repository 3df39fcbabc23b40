"""The archive as one table for research, its columns and its rows as of any moment; and as feeds."""

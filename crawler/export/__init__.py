"""The archive as one table for research: its columns, its rows as of any moment, its file formats."""

"""Full-text search in titles and texts: index, query, hits and their snippets."""

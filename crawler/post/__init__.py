"""What a post is: its front matter, its Markdown, the plain text of it, and the MinHash of that text."""

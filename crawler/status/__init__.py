"""The status page: what was archived, what is missing and how runs ended, in one file of HTML."""

"""What was archived, what is missing and how runs ended: the status page, in one file of HTML; the last run alone."""

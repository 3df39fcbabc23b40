"""A list of records as a query of Common Crawl's Parquet index writes it, by the query that the documents show."""

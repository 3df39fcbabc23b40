"""Workers on several machines that share one crawl: its queue, its duplicate filter and its pace, in Redis."""

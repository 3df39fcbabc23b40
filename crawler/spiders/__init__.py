"""The spiders, by the name that `scrapy crawl` knows them by."""

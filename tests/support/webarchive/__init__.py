"""Web archives of the tests' own, on ports of loopback: a pywb, an Internet Archive and a Common Crawl."""

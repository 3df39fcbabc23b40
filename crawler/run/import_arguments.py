"""The arguments of sina_import: always text."""

IMPORT = "import"  # its component in the names of stats; a source's own name may be any host's
# What `scrapy crawl -h` and `scrapy import -h` say of each.
IMPORT_MEANINGS = {
    "wacz": "the file; `scrapy import` gives it",
    "name": "whose it is, such as archive.example.org; default: as the file says",
    "key": "a PEM file with the public key that it is to be signed with",
}
IMPORT_NAMES = tuple(IMPORT_MEANINGS)

"""The steps of an article from the spider into the archive, one file each, in the order of ITEM_PIPELINES."""

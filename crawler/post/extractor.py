"""Which code a text was extracted with. By itself, so that whoever only asks loads no trafilatura."""

from importlib.metadata import version

EXTRACTOR = f"3+trafilatura-{version('trafilatura')}"  # the number grows whenever the same page gives other text

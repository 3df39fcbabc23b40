"""Spares trafilatura's rules for boilerplate the elements that none of them can fit.

A rule asks for words in attributes, by regular expressions that lxml calls in Python: for every ``<p>`` of an article
a dozen. What has no attribute fits none of them, and libxml2 sees that at once.
"""

from lxml.etree import XPath
from trafilatura.xpaths import OVERALL_DISCARD_XPATH, RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

_ANY, _WITH_ATTRIBUTES = ".//*[", ".//*[@*]["
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
RULES: tuple[list[XPath], ...] = (OVERALL_DISCARD_XPATH, RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH)


def spare_bare_elements() -> None:
    """From now on the rules of this process begin with it; any that is of another form stays as it is."""
    for rules in RULES:
        for at, rule in enumerate(rules):
            path = rule.path.strip()
            if path.startswith(_ANY) and not path.startswith(_WITH_ATTRIBUTES):
                rules[at] = XPath(path.replace(_ANY, _WITH_ATTRIBUTES, 1), namespaces=_NAMESPACES)

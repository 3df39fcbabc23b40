"""The charts, drawn by pygal as SVG that takes its colours from the page."""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup

# On import pygal adds a finder of its plugins, of an interface that Python has given up and warns of.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__.partition(".")[0] != "pygal"]

_SIZE = {"width": 520, "height": 260}
_PLAIN: dict[str, Any] = {
    "css": [],
    "js": [],
    "show_legend": False,
    "margin": 4,
    "no_prefix": True,
    "spacing": 6,
    "truncate_label": -1,
}
_MOST_NAMES = 8  # below the bars; of more, not every one
_KEPT = ("viewBox", "class")


def stacked_bars(names: Sequence[str], parts: Mapping[str, Sequence[int]]) -> Markup:
    """A bar for each name, of the parts in order."""
    every = math.ceil(len(names) / _MOST_NAMES)
    chart = pygal.StackedBar(**_PLAIN, **_SIZE, x_labels_major_every=every, show_minor_x_labels=every < 2)
    chart.x_labels = names
    chart.y_labels = ticks(max((sum(one) for one in zip(*parts.values(), strict=True)), default=0))
    chart.value_formatter = lambda value: f"{value:,.0f}"
    for label, counts in parts.items():
        chart.add(label, [{"value": count, "label": label} for count in counts])
    return _svg(chart)


def ticks(most: int) -> list[int]:
    """Some whole numbers from 0 to `most` or a little more, for an axis."""
    step = max(1, 10 ** math.floor(math.log10(most / 4))) if most >= 4 else 1
    step *= next(factor for factor in (1, 2, 5, 10) if step * factor * 5 >= most)
    return list(range(0, most + step, step))


def _svg(chart: Any) -> Markup:
    """Without styles, script and names of its own: what was a tooltip is a title, which needs no script."""
    root = chart.render_tree()
    for element in root.xpath("//defs | //title | //comment()"):
        element.getparent().remove(element)
    for group in root.xpath("//*[contains(@class, 'overlay')]"):
        group.getparent().remove(group)
    for bar in root.xpath("//*[@class='bar']"):
        described = {one.get("class"): one.text for one in bar.iterfind("desc")}
        for one in bar.findall("desc"):
            bar.remove(one)
        etree.SubElement(bar, "title").text = "{label} · {x_label} · {value}".format_map(described)
    for name in set(root.attrib) - set(_KEPT):
        del root.attrib[name]
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  # serialised by lxml, which escapes

"""A theme for Hugo that lists, dates and heads pages as PaperMod does, which tests can't fetch; of its own words."""

from pathlib import Path

FILES = {
    "_default/list.html": """<html><head>{{ partial "extend_head.html" . }}</head><body>
{{ $pages := union .RegularPages .Sections }}
{{ if .IsHome }}{{ $pages = where site.RegularPages "Type" "in" site.Params.mainSections }}{{ end }}
{{ range (.Paginate $pages 20).Pages }}
<article><h2>{{ .Title }}</h2><footer>{{ partial "post_meta.html" . }}</footer><a href="{{ .Permalink }}"></a></article>
{{ end }}</body></html>""",
    "_default/single.html": """<html><head>{{ partial "extend_head.html" . }}</head><body><article>
<h1>{{ .Title }}</h1>{{ with .Params.cover.image }}<img src="{{ . }}">{{ end }}
<p class="meta">{{ partial "post_meta.html" . }}</p><div class="body">{{ .Content }}</div>
</article></body></html>""",
    "partials/post_meta.html": '{{ .Date | time.Format (default ":date_long" site.Params.DateFormat) }}',
    "partials/extend_head.html": "",
}


def write_theme(folder: Path) -> None:
    """Into ``themes/PaperMod`` of a site."""
    for name, text in FILES.items():
        path = folder / "themes/PaperMod/layouts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

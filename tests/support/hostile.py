"""Texts that Markdown, HTML or a template engine would read as more than text."""

HOSTILE = [
    "a*b**c***d", "_a_ __b__ snake_case_name", "`code` ``x``", "[a](b)", "![a](b.png)", "[a]: http://b.c",
    "[^1]: x", "<b>x</b>", "<script>alert(1)</script>", "<!-- x -->", "<http://a.b>", "<a@b.cn>",
    "&lt;b&gt; &amp;lt; &#42; &copy;", "R&D AT&T", "{{ x }} {% raw %} {# x #}", "\\* \\\\ \\", "~~x~~ ~x~",
    "a | b | c", "|a|b|", "| --- |", "# x", "###### x", "#x", "#", "x #", "1. x", "1) x", "123456789. x",
    "1234567890. x", "1.", "1.5 倍", "- x", "-", "---", "- - -", "+ x", "+", "* x", "* * *", "> x", ">x",
    ": x", "=", "===", "___", "***", "~~~", "```", "```js", "    x", "\tx", "x  ", "x\\", "!", "a!",
    "\ufeff# x", "\u200b1. x", "\u3000- x", "👨\u200d👩\u200d👧 🇨🇳", "\ue5e5\ue000", "“粗”《体》（）",
    "http://a.b/c www.a.b a@b.cn", "a\u2028b", "term\u3000: x", "$x$ $$y$$", "H~2~O x^2^", "==x==", ":smile:",
    "[x] [ ]", "- [ ] x",
]  # fmt: skip

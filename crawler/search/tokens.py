"""What is looked up in a text: words of letters and digits, and of Chinese each character and each two together."""

import re
import unicodedata

_CHINESE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = rf"[^\W_{_CHINESE}]"  # or digit, of a word that is not Chinese
_CHINESE_STRETCH = re.compile(rf"[{_CHINESE}]+")
_OTHER_STRETCH = re.compile(rf"{LETTER}+")
# Between two characters of a phrase may stand what no reader reads aloud: “十四五”规划 is found by 十四五规划. The end
# of a sentence or of a line may not. Of folded text, where ``！`` is ``!``.
BETWEEN = r"[^\w\n。!?;]"
_BETWEEN_CHINESE = re.compile(rf"(?<=[{_CHINESE}]){BETWEEN}+(?=[{_CHINESE}])")
# Of what `tokens` says: an index of words of another one is made anew.
TOKENS_VERSION = 1


class _Folding(dict[int, str]):
    """What each character is folded to: always one, so that places in the folded text are places in the text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).casefold()
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` without differences that no reader means: ``ＧＤＰ``, ``GDP`` and ``gdp`` are one. As long as `text`."""
    return text.translate(_FOLDING)


def stretches(text: str) -> list[str]:
    """The folded text's stretches of Chinese, and of other letters and digits, without what stands between."""
    return re.findall(rf"{_CHINESE_STRETCH.pattern}|{_OTHER_STRETCH.pattern}", fold(text))


def is_chinese(stretch: str) -> bool:
    """True for a stretch of Chinese; the characters of a stretch are all of one kind."""
    return bool(_CHINESE_STRETCH.match(stretch))


def pairs(*chinese: str) -> list[str]:
    """``老旧小区`` -> ``老旧``, ``旧小``, ``小区``."""
    return [stretch[start : start + 2] for stretch in chinese for start in range(len(stretch) - 1)]


def tokens(text: str) -> set[str]:
    """All that a search finds `text` by; of Chinese, each character by itself, too."""
    folded = fold(text)
    chinese = _CHINESE_STRETCH.findall(_BETWEEN_CHINESE.sub("", folded))
    return {*_OTHER_STRETCH.findall(folded), *"".join(chinese), *pairs(*chinese)}

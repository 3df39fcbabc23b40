"""What is looked up in a text: words of letters and digits, and of Chinese each character and each two together."""

import re
import unicodedata

_CHINESE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = rf"[^\W_{_CHINESE}]"  # or digit, of a word that is not Chinese
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]+")
_OTHER_RUN = re.compile(rf"{LETTER}+")


class _Folding(dict[int, str]):
    """One character for one, so that places in the folded text are places in the text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).casefold()
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Without differences that no reader means: ``ＧＤＰ``, ``GDP`` and ``gdp`` are one. As long as `text`."""
    return text.translate(_FOLDING)


def runs_of(text: str) -> list[str]:
    """The folded text's runs of Chinese, and of other letters and digits, without what stands between."""
    return re.findall(rf"{_CHINESE_RUN.pattern}|{_OTHER_RUN.pattern}", fold(text))


def is_chinese(run: str) -> bool:
    """Of a run: its characters are all of one kind."""
    return bool(_CHINESE_RUN.match(run))


def pairs(*chinese: str) -> list[str]:
    """``老旧小区`` -> ``老旧``, ``旧小``, ``小区``."""
    return [run[at : at + 2] for run in chinese for at in range(len(run) - 1)]


def tokens(text: str) -> set[str]:
    """All that `text` is found by; of Chinese, each character by itself, too."""
    folded = fold(text)
    chinese = _CHINESE_RUN.findall(folded)
    return {*_OTHER_RUN.findall(folded), *"".join(chinese), *pairs(*chinese)}

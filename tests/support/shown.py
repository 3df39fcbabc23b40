"""Figures that have all there is to show, some of it hostile."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from crawler.completeness.completeness import Completeness
from crawler.completeness.estimate import AT_LEAST, CANNOT_SAY, ESTIMATE, IF_INDEPENDENT, Estimate
from crawler.status.figures import Figures, Shown
from crawler.status.missing import NOT_TRIED, Missing, MissingArticle
from crawler.status.reported_runs import Run

AT = datetime(2024, 3, 10, 4, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>{{ x }}'\"&🙂"
FULL = Figures(
    at=AT,
    newest=Shown(HOSTILE, 'https://finance.sina.com.cn/"><script>', AT - timedelta(hours=3)),
    unknown=Shown(HOSTILE, "https://finance.sina.com.cn/a", AT, "posts/2024/03/10/a b.md"),
    is_listed=True,
    days={date(2024, 3, 4): 12, date(2024, 3, 5): 40, date(2022, 12, 31): 1},
    missing=Missing(
        days={date(2024, 3, 5): 2, date(2024, 3, 6): 1},
        reasons=Counter({"http_404": 1, HOSTILE: 1, NOT_TRIED: 1}),
        refused=Counter({"empty_body": 4}),
        given_up=1,
        examples=[
            MissingArticle("甲", "https://finance.sina.com.cn/b", date(2024, 3, 5), "http_404", True, ["common_crawl"]),
            MissingArticle(HOSTILE, "javascript:alert(2)", date(2024, 3, 6), HOSTILE, False),
        ],
    ),
    unlisted=frozenset({date(2024, 3, 7)}),
    layouts={"2022-12": Counter({"article-2015": 1}), "2024-03": Counter({"article-2017": 50, HOSTILE: 2})},
    runs=[
        Run(
            AT - timedelta(minutes=9),
            AT - timedelta(minutes=5),
            "ok",
            "the run did its job",
            12,
            1,
            0,
            "reports/a.json",
        ),
        Run(
            AT - timedelta(hours=2),
            AT - timedelta(hours=2),
            "too_many_failures",
            HOSTILE,
            0,
            0,
            9,
            "reports/b.json",
            [HOSTILE, "https://finance.sina.com.cn/c"],
        ),
        Run(AT - timedelta(hours=3)),
    ],
    last_success=AT - timedelta(days=3),
    disk={"posts": (53, 190_000), "captures": (3, 4_200_000), "catalog.db": (1, 0)},
    completeness=[
        Completeness("1686", "2024-03", 53, {"roll": 50, "columns": 9}, {"roll+columns": 6}, said)
        for said in (
            Estimate(CANNOT_SAY, reason="dependent"),
            Estimate(AT_LEAST, reason="dependent", low=1234),
            Estimate(IF_INDEPENDENT, unseen=7, low=3, high=5678),
            Estimate(ESTIMATE, unseen=8, low=4, high=16),
        )
    ]
    + [Completeness(HOSTILE, "?", 1, {HOSTILE: 1}, {}, Estimate(CANNOT_SAY, reason="one_witness"))],
)
EMPTY = Figures(AT)

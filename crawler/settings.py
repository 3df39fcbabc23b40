"""Only what differs from Scrapy's defaults, each with its reason.

Every ARCHIVE_… setting can be given with -s, in a scrapyd job, or as an environment variable of
the same name. They are documented in README.md.
"""

import os

from scrapy.settings import default_settings

BOT_NAME = "sina-finance-archive"
SPIDER_MODULES = ["crawler.spiders"]
ADDONS = {
    "crawler.replay.replay.Replay": 100,
    "crawler.notify.addon.Notify": 200,
    "crawler.cluster.addon.Cluster": 300,  # after Replay, which needs no pace
}

# The story of an article.
ITEM_PIPELINES = {
    "pipelines.require_fields.RequireFields": 100,
    "pipelines.drop_duplicates.DropDuplicates": 200,
    "pipelines.extract_body.ExtractBody": 300,
    "pipelines.find_revision.FindRevision": 330,
    "pipelines.link_near_duplicates.LinkNearDuplicates": 360,
    "pipelines.keep_images.KeepImages": 380,
    "pipelines.write_markdown.WriteMarkdown": 400,
    "pipelines.record_article.RecordArticle": 500,
}
SPIDER_MIDDLEWARES = {
    "crawler.middlewares.pace_start.PaceStart": 940,
    "crawler.middlewares.skip_archived.SkipArchived": 950,
}
# The highest number is closest to the network: it sees a response before HttpCompression decodes it.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.middlewares.stay_on_site.StayOnSite": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.obey_robots.ObeyRobots": 100,
    "crawler.middlewares.prove_whole.ProveWhole": 595,  # next before HttpCompression
    "crawler.middlewares.record_captures.RecordCaptures": 1000,
    "crawler.middlewares.refuse_stopped.RefuseStopped": 1200,  # behind the cluster's SharedPace, which waits
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.bound_heads.BoundHeads",
    "https": "crawler.middlewares.bound_heads.BoundHeads",
    "wacz": "crawler.middlewares.from_wacz.FromWacz",  # for sina_history, what somebody's file has
}
EXTENSIONS = {
    "crawler.extensions.clear_leftovers.ClearLeftovers": 50,
    "crawler.extensions.keep_ledger.KeepLedger": 100,
    "crawler.extensions.notice_block.NoticeBlock": 200,
    "crawler.extensions.keep_pace.KeepPace": 300,  # after Scrapy's AutoThrottle
    "crawler.extensions.spare_collector.SpareCollector": 400,
    "crawler.extensions.index_texts.IndexTexts": 600,
    "crawler.extensions.stamp_root.StampRoot": 650,
    "crawler.extensions.write_manifest.WriteManifest": 700,  # lists what the others wrote
    "crawler.extensions.write_feeds.WriteFeeds": 720,
    "crawler.extensions.run_report.RunReport": 750,  # it judges what the others counted
    "crawler.extensions.fold_reports.FoldReports": 775,
    "crawler.extensions.write_metrics.WriteMetrics": 800,
    "crawler.extensions.log_outcome.LogOutcome": 900,  # the log's last line
    "crawler.extensions.progress.Progress": 950,  # in a terminal below it the table
    "crawler.extensions.close_archive.CloseArchive": 1000,  # last, behind Spidermon, too
}
COMMANDS_MODULE = "crawler.commands"

# The archive. Empty ARCHIVE_DATABASE_URL: catalog.db in ARCHIVE_DIR.
ARCHIVE_DIR = os.environ.get("ARCHIVE_DIR", "output")
ARCHIVE_DATABASE_URL = os.environ.get("ARCHIVE_DATABASE_URL", "")
ARCHIVE_REPLAY_FROM = os.environ.get("ARCHIVE_REPLAY_FROM", "")
ARCHIVE_REPLAY_AT = os.environ.get("ARCHIVE_REPLAY_AT", "")  # of captures, none later than this is replayed
ARCHIVE_CAPTURE_ENABLED = os.environ.get("ARCHIVE_CAPTURE_ENABLED", "1")
ARCHIVE_CAPTURE_MAX_BYTES = os.environ.get("ARCHIVE_CAPTURE_MAX_BYTES", "1000000000")  # then the next WARC is begun
ARCHIVE_CATEGORIES = os.environ.get("ARCHIVE_CATEGORIES", "金融,新浪财经,新浪财经－国內")
ARCHIVE_AUTHOR = os.environ.get("ARCHIVE_AUTHOR", "新浪财经")
ARCHIVE_DEFAULT_IMAGE = os.environ.get(
    "ARCHIVE_DEFAULT_IMAGE", "https://n.sinaimg.cn/finance/cece9e13/20200514/343233024.png"
)
ARCHIVE_IMAGES = os.environ.get("ARCHIVE_IMAGES", "remote")  # or local: kept in ARCHIVE_DIR/images
ARCHIVE_IMAGE_BASE_URL = os.environ.get("ARCHIVE_IMAGE_BASE_URL", "/images")  # where a site serves that folder
ARCHIVE_IMAGE_MAX_BYTES = os.environ.get("ARCHIVE_IMAGE_MAX_BYTES", "10000000")
ARCHIVE_SOURCE_LINE = os.environ.get("ARCHIVE_SOURCE_LINE", "1")
ARCHIVE_EXTRACT_WORKERS = os.environ.get("ARCHIVE_EXTRACT_WORKERS", "0")  # 0: one a core
ARCHIVE_EXTRACT_TIMEOUT = os.environ.get("ARCHIVE_EXTRACT_TIMEOUT", "30")  # seconds an article
ARCHIVE_KEEP_ONE_COPY = os.environ.get("ARCHIVE_KEEP_ONE_COPY", "0")  # of nearly the same text
ARCHIVE_LOOK_AGAIN_AFTER = os.environ.get("ARCHIVE_LOOK_AGAIN_AFTER", "1h,6h,1d,7d,30d")  # from the publication
ARCHIVE_TRY_AGAIN_AFTER = os.environ.get("ARCHIVE_TRY_AGAIN_AFTER", "10m,1h,6h,1d,3d,7d")  # from attempt to attempt
ARCHIVE_MAX_RETRY_AFTER = os.environ.get("ARCHIVE_MAX_RETRY_AFTER", "10m")  # else the host is left to a later run
# Where the web archives are that sina_history asks.
ARCHIVE_INTERNET_ARCHIVE_URL = os.environ.get("ARCHIVE_INTERNET_ARCHIVE_URL", "https://web.archive.org")
ARCHIVE_COMMON_CRAWL_INDEX_URL = os.environ.get("ARCHIVE_COMMON_CRAWL_INDEX_URL", "https://index.commoncrawl.org")
ARCHIVE_COMMON_CRAWL_DATA_URL = os.environ.get("ARCHIVE_COMMON_CRAWL_DATA_URL", "https://data.commoncrawl.org")
ARCHIVE_BUSY_WAIT = os.environ.get("ARCHIVE_BUSY_WAIT", "1m")  # a web archive that says 429, and not for how long
ARCHIVE_BACKFILL_ORDER = os.environ.get("ARCHIVE_BACKFILL_ORDER", "newest")  # or oldest, first
ARCHIVE_LOCK_WAIT = os.environ.get("ARCHIVE_LOCK_WAIT", "0")  # seconds to wait for another run to end
ARCHIVE_SPOOL_DIR = os.environ.get("ARCHIVE_SPOOL_DIR", "spool")  # captures on their way into an object store
ARCHIVE_REDIS_URL = os.environ.get("ARCHIVE_REDIS_URL", "")  # share the crawl with other workers, see deploy/cluster.md
ARCHIVE_LEASE = os.environ.get("ARCHIVE_LEASE", "60")  # seconds without a sign of life until others do a worker's work
ARCHIVE_MAX_FAILURE_RATIO = os.environ.get("ARCHIVE_MAX_FAILURE_RATIO", "0.2")
ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO = os.environ.get("ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO", "0.2")
ARCHIVE_NOTIFY = os.environ.get("ARCHIVE_NOTIFY", "")  # log, mail, slack, webhook: when a run fails its checks
ARCHIVE_WEBHOOK_URL = os.environ.get("ARCHIVE_WEBHOOK_URL", "")
ARCHIVE_METRICS_FILE = os.environ.get("ARCHIVE_METRICS_FILE", "")  # for Prometheus; needs prometheus-client
ARCHIVE_TSA_URL = os.environ.get("ARCHIVE_TSA_URL", "")  # a time-stamping authority, see docs/proof.md
ARCHIVE_TSA_CERTIFICATES = os.environ.get("ARCHIVE_TSA_CERTIFICATES", "")  # a PEM file of those it goes back to
ARCHIVE_FEED = os.environ.get("ARCHIVE_FEED", "")  # of the newest articles: a file .xml or .atom, or .json
ARCHIVE_EDITS_FEED = os.environ.get("ARCHIVE_EDITS_FEED", "")  # of what was changed or deleted after publication
ARCHIVE_SIGNING_KEY = os.environ.get("ARCHIVE_SIGNING_KEY", "")  # a PEM file: of a WACZ's owner
ARCHIVE_CONTACT = os.environ.get("ARCHIVE_CONTACT", "")

# Polite: say who asks and where to complain, obey robots.txt, one request a second.
USER_AGENT = f"{BOT_NAME} (+{ARCHIVE_CONTACT})" if ARCHIVE_CONTACT else BOT_NAME
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 20_000_000  # bytes; the largest article page seen has 0.7 million
DOWNLOAD_WARNSIZE = 5_000_000
METAREFRESH_ENABLED = False  # Sina's page for lost pages would lead to the home page

# A response gives one article; Scrapy starts as many tasks a response as it may process items at once.
CONCURRENT_ITEMS = 1
# Listing pages have a lower priority than articles; the default queue would mix the hosts instead, and
# a long backfill would list everything before it fetches anything.
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"

LOG_LEVEL = "INFO"  # DEBUG prints every item
LOG_FORMATTER = "crawler.run.log_format.LogFormat"


def _without(components: dict[str, int], *names: str) -> dict[str, int]:
    """Scrapy loads a component and all that it imports even where a setting switches it off."""
    return {path: order for path, order in components.items() if not path.endswith(names)}


# These open ports that nobody uses in a scheduled job.
EXTENSIONS_BASE = _without(default_settings.EXTENSIONS_BASE, ".TelnetConsole", ".RemoteControl")
# Sina's pages need no cookies, and an archive wants no visitor's view.
DOWNLOADER_MIDDLEWARES_BASE = _without(default_settings.DOWNLOADER_MIDDLEWARES_BASE, ".CookiesMiddleware")

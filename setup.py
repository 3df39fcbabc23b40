"""The egg that scrapyd runs: both packages and nothing else."""

from setuptools import find_packages, setup

setup(
    name="sina-finance-archive",
    version="0.1.0",
    packages=find_packages(include=["crawler", "crawler.*", "pipelines", "pipelines.*"]),
    package_data={"crawler.status": ["page.html"]},
    extras_require={"parquet": ["pyarrow>=17"]},
    entry_points={"scrapy": ["settings = crawler.settings"]},
)

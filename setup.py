"""The egg that scrapyd runs: both packages and nothing else. What `pip install` needs stands in pyproject.toml."""

from tempfile import TemporaryDirectory

from setuptools import find_packages, setup

# What a build makes on its way stays out of the checkout, and nothing of an earlier build gets into the egg.
with TemporaryDirectory() as folder:
    setup(
        name="sina-finance-archive",
        version="0.1.0",
        packages=find_packages(include=["crawler", "crawler.*", "pipelines", "pipelines.*"]),
        package_data={"": ["*", "site/*"]},
        exclude_package_data={"": ["*.pyc"]},
        entry_points={"scrapy": ["settings = crawler.settings"]},
        zip_safe=True,  # else setuptools guesses
        options={
            "build": {"build_base": f"{folder}/build"},
            "egg_info": {"egg_base": folder},
            "bdist_egg": {"bdist_dir": f"{folder}/egg"},
        },
    )

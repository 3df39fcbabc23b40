# docker build -t sina-finance-archive .          what crawls; the archive is in the volume /archive
# docker build --target datasette .               other targets: scrapyd, cluster, hugo (compose.yaml uses them)
#
# Python 3.11 is what requirements.lock is made and the tests are run with. pip is the base image's own: PIP_PYTHON.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
ENV PATH=/opt/archive/bin:$PATH PIP_PYTHON=/opt/archive/bin/python
RUN useradd --uid 1000 --no-create-home --home-dir /archive archive && install -d -o archive -g archive /archive
RUN python3 -m venv --without-pip /opt/archive
COPY requirements.lock /opt/archive/
COPY deploy/container/every /usr/local/bin/
ENV ARCHIVE_DIR=/archive
VOLUME /archive
WORKDIR /archive

# A sixth of the libraries is what they test themselves with. Their bytecode stays: nobody could write it later.
FROM base AS libraries
RUN pip install --quiet -r /opt/archive/requirements.lock \
    && find /opt/archive/lib -depth -type d \( -name test -o -name tests \) -exec rm -r {} +

# The project as pip lays it down, and as the egg that scrapyd wants: its name is the version, without dots.
FROM base AS build
COPY . /source/
WORKDIR /source
RUN pip install --quiet --no-deps --no-warn-script-location --root /built .
RUN pip install --quiet "setuptools>=77,<82"
RUN python3 setup.py -q bdist_egg --dist-dir /egg && mv /egg/*.egg /egg/image.egg

# The egg is what runs: the project itself is not installed, or it would hide the egg.
FROM libraries AS scrapyd
RUN pip install --quiet "scrapyd>=1.6,<2" "setuptools>=77,<82" -c /opt/archive/requirements.lock
COPY deploy/scrapyd.conf /srv/scrapyd/
COPY --from=build /egg /srv/scrapyd/eggs/sina-finance-archive/
RUN chown -R archive:archive /srv/scrapyd
WORKDIR /srv/scrapyd
USER archive
ENV SCRAPYD_BIND_ADDRESS=0.0.0.0
EXPOSE 6800
CMD ["scrapyd"]

FROM base AS datasette
RUN pip install --quiet "datasette>=0.65,<1" -c /opt/archive/requirements.lock
COPY deploy/datasette.yml /opt/archive/
USER archive
EXPOSE 8001
CMD ["datasette", "/archive/catalog.db", "--metadata", "/opt/archive/datasette.yml", "--host", "0.0.0.0", "--port", "8001"]

# Writes the site of the posts into the volume /site after each run; a web server shows it.
FROM debian:bookworm-slim AS hugo
RUN apt-get update -q && apt-get install -qy --no-install-recommends hugo && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --no-create-home --home-dir /site archive && install -d -o archive -g archive /site
COPY deploy/container/every deploy/container/publish /usr/local/bin/
COPY deploy/hugo /srv/hugo/
ENV HUGO_RESOURCEDIR=/tmp/resources
VOLUME /site
WORKDIR /srv/hugo
USER archive
CMD ["every", "15", "publish"]

FROM libraries AS cluster
COPY requirements-cluster.txt /opt/archive/
RUN pip install --quiet -r /opt/archive/requirements-cluster.txt -c /opt/archive/requirements.lock
COPY --from=build /built /
USER archive
ENTRYPOINT ["sina-archive"]
CMD ["crawl", "sina_finance"]

# The last target is the one that is built if none is named.
FROM libraries AS archive
COPY --from=build /built /
USER archive
# Unhealthy: the last run failed, or ended more than an hour ago. `--max-age` should be longer than a run and the pause.
HEALTHCHECK --interval=5m --timeout=1m --start-period=30m CMD ["sina-archive", "health", "--max-age", "1h"]
ENTRYPOINT ["sina-archive"]
CMD ["crawl", "sina_finance"]

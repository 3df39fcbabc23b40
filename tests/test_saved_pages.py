"""Every page that `scrapy savepage` put into tests/fixtures/saved gives the post that lies beside it."""

import pytest
from scrapy.settings import Settings

from crawler.capture.fixture import Fixture
from crawler.capture.saved_site import SavedSite
from pipelines.post_form import PostForm
from pipelines.read_capture import read_response
from tests.crawling import FIXTURES

SAVED = FIXTURES / "saved"


@pytest.mark.parametrize("doc_id", sorted(path.stem for path in SAVED.glob("*.json")))
def test_a_saved_page_gives_the_expected_post(doc_id: str) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    fixture = Fixture.load(SAVED / f"{doc_id}.json")
    site = SavedSite(SAVED / "site")
    saved = site.find(fixture.url)
    assert saved
    reading = read_response(saved, site.find, PostForm.of(settings))
    assert (reading.post or None, reading.reason) == (fixture.post, fixture.reason)

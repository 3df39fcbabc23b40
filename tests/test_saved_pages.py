"""Every page that `scrapy savepage` put into tests/fixtures/saved gives the post that lies beside it."""

import pytest
from scrapy.settings import Settings

from crawler.post.post import PostForm
from crawler.rebuild.read_capture import read_response
from crawler.replay.fixture import Fixture
from crawler.replay.saved_site import SavedSite
from tests.support.crawling import FIXTURES

SAVED = FIXTURES / "saved"


@pytest.mark.parametrize("doc_id", sorted(path.stem for path in SAVED.glob("*.json")))
def test_a_saved_page_gives_the_expected_post(doc_id: str) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    fixture = Fixture.load(SAVED / f"{doc_id}.json")
    site = SavedSite(SAVED / "site")
    saved = site.find(fixture.url)
    assert saved
    result = read_response(saved, site.find)
    post = PostForm.of(settings).render(result.article) if result.article else None
    assert (post, result.reason) == (fixture.post, fixture.reason)

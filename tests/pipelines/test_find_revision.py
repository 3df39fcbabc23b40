"""When an article is looked at again, what counts as a change of it, and what is kept of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.posts import revision_text
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.sites import CHANNEL, GONE, NOON, Site, answer, listing_url, stories, story

LOOKS = "1h,6h,1d,7d,30d"
DOC_ID = story(1).doc_id
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with three articles, all archived."""
    archive = Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")
    assert archive.run().status == 0
    return archive


def revisions(archive: Archive, doc_id: str = DOC_ID) -> list[tuple[int, str | None, bool]]:
    """Number, why gone, and whether the post it had is kept in the catalog."""
    query = "SELECT number, gone, post IS NOT NULL FROM revisions WHERE doc_id = ? ORDER BY number"
    return [(number, gone, bool(kept)) for number, gone, kept in archive.rows(query, doc_id)]


def post_of(archive: Archive, number: int) -> str | None:
    """The post as a revision had it."""
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        return revision_text(catalog.engine, archive.folder, DOC_ID, number)


class TestAChange:
    """A body or title that changed is a new revision."""

    def test_the_file_shows_the_new_text_and_the_catalog_keeps_the_post_of(self, archive: Archive) -> None:
        before = archive.posts()[DOC_ID]
        archive.site.add(story(1).edited("更正后的第一段。"))
        run = archive.run()
        assert (run.status, run.stats["archive/find_revision/changed"]) == (0, 1)
        assert "更正后的第一段。" in archive.posts()[DOC_ID]
        assert revisions(archive) == [(1, None, True), (2, None, False)]
        assert post_of(archive, 1) == before

    def test_another_title_is_one_too(self, archive: Archive) -> None:
        archive.site.add(replace(story(1), title="更正后的标题", modified=story(1).created + HOUR))
        archive.run()
        assert "title: '更正后的标题'" in archive.posts()[DOC_ID]
        assert [number for number, *_ in revisions(archive)] == [1, 2]

    def test_every_text_of_many_revisions_can_be_had_back(self, archive: Archive) -> None:
        posts = [archive.posts()[DOC_ID]]
        for number in range(2, 5):
            archive.site.add(story(1).edited(f"第{number}稿。", after=number * HOUR))
            archive.run()
            posts.append(archive.posts()[DOC_ID])
        assert [post_of(archive, number) for number in (1, 2, 3, 4)] == posts

    def test_back_to_the_first_text_is_a_revision(self, archive: Archive) -> None:
        first = archive.posts()[DOC_ID]
        archive.site.add(story(1).edited("第二稿。"))
        archive.run()
        archive.site.add(replace(story(1), modified=story(1).created + 2 * HOUR))
        archive.run()
        assert archive.posts()[DOC_ID] == first
        assert [number for number, *_ in revisions(archive)] == [1, 2, 3]

    def test_date_and_path_of_the_post_stay_when_the_listing_moves_the_ctime(self, archive: Archive) -> None:
        path = archive.post_file(DOC_ID)
        moved = story(1).edited("第二稿。").entry() | {"ctime": str(int((story(1).created + 3 * DAY).timestamp()))}
        archive.site.add(story(1).edited("第二稿。")).put(listing_url(CHANNEL, 1), answer([moved]))
        archive.run()
        assert archive.post_file(DOC_ID) == path
        assert "date: Mon, 04 Mar 2024 04:01:00 GMT" in archive.posts()[DOC_ID]
        assert archive.rows("SELECT date FROM articles WHERE doc_id = ?", DOC_ID) == [("2024-03-04T04:01:00Z",)]

    def test_a_revision_that_could_not_be_fetched_is_tried_again(self, archive: Archive) -> None:
        archive.site.add(story(1).edited("第二稿。"))
        archive.site.status[story(1).url] = 503
        archive.run()
        archive.site.restore(story(1).url).put(listing_url(CHANNEL, 1), answer([story(3)]))  # it has left the list
        archive.run(10 * timedelta(minutes=1))
        assert "第二稿。" in archive.posts()[DOC_ID]

    def test_a_run_that_breaks_between_file_and_catalog_loses_no_text(self, archive: Archive) -> None:
        before = archive.posts()[DOC_ID]
        archive.site.add(story(1).edited("第二稿。"))
        archive.run(settings={"ITEM_PIPELINES": {"tests.support.broken.Pipeline": 450}})
        archive.run(10 * timedelta(minutes=1))
        assert [number for number, *_ in revisions(archive)] == [1, 2]
        assert "第二稿。" in (post_of(archive, 2) or "")
        assert post_of(archive, 1) == before

    def test_an_edit_that_an_interrupted_run_has_seen_is_fetched_though_no_list_shows_it(
        self, archive: Archive
    ) -> None:
        archive.site.add(story(1).edited("第二稿。"))
        archive.run(settings={"CLOSESPIDER_PAGECOUNT": 1})
        archive.site.put(listing_url(CHANNEL, 1), answer([story(3)]))
        archive.run()
        assert "第二稿。" in archive.posts()[DOC_ID]

    def test_a_revision_that_could_not_be_written_is_tried_again(self, archive: Archive) -> None:
        before = archive.posts()
        archive.site.add(story(1).edited("第二稿。"))
        run = archive.run(settings={"ITEM_PIPELINES": {"tests.support.broken.FullDisk": 399}})
        assert (run.status, archive.posts()) == (13, before)
        archive.site.put(listing_url(CHANNEL, 1), answer([story(3)]))
        archive.run(10 * timedelta(minutes=1))
        assert "第二稿。" in archive.posts()[DOC_ID]


class TestNoise:
    """What stands around the article is no change of it."""

    def test_other_boilerplate_is_no_revision_and_no_write(self, archive: Archive) -> None:
        written = archive.post_file(DOC_ID).stat()
        archive.site.add(*(replace(one, boilerplate="二", modified=one.created + HOUR) for one in stories(3)))
        run = archive.run()
        assert (len(run.articles), run.stats["archive/find_revision/unchanged"]) == (3, 3)
        assert revisions(archive) == [(1, None, False)]
        assert archive.post_file(DOC_ID).stat() == written

    def test_other_spaces_are_no_revision(self, archive: Archive) -> None:
        spaced = replace(story(1), paragraphs=tuple(f"　{text} " for text in story(1).paragraphs))
        archive.site.add(replace(spaced, modified=story(1).created + HOUR))
        archive.run()
        assert revisions(archive) == [(1, None, False)]


@pytest.mark.parametrize(
    ("answer_there", "reason"),
    [
        pytest.param(None, "http_404", id="no page"),
        pytest.param(GONE, "gone", id="Sina's page for lost pages"),
    ],
)
class TestADeletion:
    """An article that is no more leaves a tombstone; its post stays."""

    def bury(self, archive: Archive, page: str | None) -> None:
        archive.site.put(story(1).url, page)
        for _ in range(2):  # Sina's word counts when it says so again
            assert archive.run(2 * HOUR).status == 0

    def test_the_post_stays(self, archive: Archive, answer_there: str | None, reason: str) -> None:
        before = archive.posts()
        self.bury(archive, answer_there)
        assert archive.posts() == before
        assert revisions(archive) == [(1, None, False), (2, reason, False)]
        assert archive.rows("SELECT gone FROM articles WHERE doc_id = ?", DOC_ID) == [(reason,)]

    def test_there_is_one_tombstone_however_often_it_is_looked_at(
        self, archive: Archive, answer_there: str | None, reason: str
    ) -> None:
        self.bury(archive, answer_there)
        for _ in range(2):
            archive.run(2 * DAY)
        assert [number for number, *_ in revisions(archive)] == [1, 2]

    def test_it_is_no_gap(self, archive: Archive, answer_there: str | None, reason: str) -> None:
        self.bury(archive, answer_there)
        assert archive.rows("SELECT DISTINCT state FROM entries") == [("archived",)]

    def test_back_with_the_same_text_it_is_a_revision(
        self, archive: Archive, answer_there: str | None, reason: str
    ) -> None:
        before = archive.posts()
        self.bury(archive, answer_there)
        archive.site.restore(story(1).url)
        archive.run(6 * HOUR)
        assert [(number, gone) for number, gone, _ in revisions(archive)] == [(1, None), (2, reason), (3, None)]
        assert archive.posts() == before
        assert archive.rows("SELECT gone FROM articles WHERE doc_id = ?", DOC_ID) == [(None,)]

    def test_back_with_another_text_the_first_post_is_kept_as_that_of_the_first_revision(
        self, archive: Archive, answer_there: str | None, reason: str
    ) -> None:
        before = archive.posts()[DOC_ID]
        self.bury(archive, answer_there)
        archive.site.restore(story(1).url).add(story(1).edited("第二稿。"))
        archive.run()
        assert "第二稿。" in archive.posts()[DOC_ID]
        assert post_of(archive, 1) == before


VERIFICATION = "<html><body><h1>请完成安全验证</h1><p>拖动滑块完成验证后继续访问。</p></body></html>"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(replace(story(1), paragraphs=()).page(), id="an emptied body"),
        pytest.param("", id="nothing"),
        pytest.param(VERIFICATION, id="a verification page"),
        pytest.param("<html><body><form>用户登录<input name=u></form></body></html>", id="a login page"),
        pytest.param(
            "<html><head><title>新浪首页</title></head><body><a href=/>财经</a></body></html>", id="the home page"
        ),
    ],
)
@pytest.mark.slow
class TestAPageThatSaysNothing:
    """What is not Sina's own word is a failed attempt, and the archive is as it was."""

    def test_there_is_no_tombstone_however_often_it_comes(self, archive: Archive, page: str) -> None:
        before = archive.posts()
        archive.site.put(story(1).url, page)
        for after in (2 * HOUR, 2 * HOUR, 2 * DAY, 8 * DAY):
            archive.run(after)
        assert archive.posts() == before
        assert revisions(archive) == [(1, None, False)]
        assert archive.rows("SELECT gone, failed_checks > 0 FROM articles WHERE doc_id = ?", DOC_ID) == [(None, 1)]

    def test_a_run_of_such_pages_did_not_do_its_job(self, archive: Archive, page: str) -> None:
        for article in stories(3):
            archive.site.put(article.url, page)
        assert archive.run(2 * HOUR).status != 0

    def test_when_the_page_is_back_nothing_has_happened(self, archive: Archive, page: str) -> None:
        archive.site.put(story(1).url, page)
        archive.run(2 * HOUR)
        archive.site.restore(story(1).url)
        assert archive.run(2 * HOUR).stats["archive/find_revision/unchanged"] >= 1
        assert revisions(archive) == [(1, None, False)]


def test_a_page_that_is_cut_before_its_text_is_no_first_text(tmp_path: Path) -> None:
    """What is left of it has no known layout, and would pass for an article of a title and a date."""
    archive = Archive(Site(tmp_path / "site").add(story(1)), tmp_path / "archive")
    archive.site.put(story(1).url, story(1).page().partition('<div class="article"')[0])
    assert archive.run().status != 0
    assert archive.posts() == {}
    assert archive.rows("SELECT state, reason FROM entries") == [("failed", "no_html_end")]
    archive.site.restore(story(1).url)
    assert (archive.run(HOUR).status, len(archive.posts())) == (0, 1)


class TestManyThatVanish:
    """More than a few articles do not vanish in one run."""

    def test_they_are_failed_attempts_and_the_run_says_so(self, tmp_path: Path) -> None:
        archive = Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive")
        archive.run()
        for article in stories(10):
            archive.site.put(article.url, None)
        for after in (2 * HOUR, 2 * HOUR, 2 * DAY):
            run = archive.run(after)
            assert (run.status, run.report and run.report["outcome"]) == (11, "too_many_failures")
        assert archive.rows("SELECT count(*) FROM revisions") == [(10,)]
        assert any("vanished in one run" in line for line in run.log)


class TestAMuchShorterText:
    """An editor's correction and a broken page look alike: both texts are kept, and the report names the article."""

    def test_it_is_a_revision_that_the_report_names(self, archive: Archive) -> None:
        before = archive.posts()[DOC_ID]
        archive.site.add(replace(story(1).edited("更正。"), paragraphs=("更正。",)))
        run = archive.run()
        assert run.status == 0
        assert run.report
        (shortened,) = run.report["shortened"]
        assert (shortened["doc_id"], shortened["revision"]) == (DOC_ID, 2)
        assert shortened["now"] < shortened["before"] / 2
        assert post_of(archive, 1) == before
        assert "更正。" in archive.posts()[DOC_ID]

    def test_a_slightly_shorter_one_is_not_named(self, archive: Archive) -> None:
        archive.site.add(story(1).edited("短一点。"))
        run = archive.run()
        assert run.report and run.report["shortened"] == []


class TestAHandEditedFile:
    """A post that a person has changed is theirs."""

    EDITED = "---\ntitle: mine\n---\nmine\n"

    @pytest.fixture
    def archive(self, archive: Archive) -> Archive:
        archive.post_file(DOC_ID).write_text(self.EDITED, encoding="utf-8")
        return archive

    def test_it_is_never_overwritten(self, archive: Archive) -> None:
        for number in range(2, 5):
            archive.site.add(story(1).edited(f"第{number}稿。", after=number * HOUR))
            run = archive.run()
            assert (run.status, archive.posts()[DOC_ID]) == (0, self.EDITED)
            assert any("a file with other content is kept" in line for line in run.log)
        assert [number for number, *_ in revisions(archive)] == [1, 2, 3, 4]

    def test_nor_is_one_that_was_there_before_the_article(self, tmp_path: Path) -> None:
        archive = Archive(Site(tmp_path / "site").add(story(1)), tmp_path / "other")
        path = archive.folder / f"posts/2024/03/04/{DOC_ID}.md"
        path.parent.mkdir(parents=True)
        path.write_text(self.EDITED)
        archive.run()
        archive.site.add(story(1).edited("第二稿。"))
        archive.run()
        assert archive.posts()[DOC_ID] == self.EDITED

    def test_the_text_of_the_revision_that_was_not_written_can_be_had_back(self, archive: Archive) -> None:
        archive.site.add(story(1).edited("第二稿。"))
        archive.run()
        assert "第二稿。" in (post_of(archive, 2) or "")


@pytest.mark.slow
class TestTheSchedule:
    """An article is looked at again 1 h, 6 h, 1 d, 7 d and 30 d after its publication, and so an old one never."""

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Archive:
        """Of a site with three articles, archived at the minute of their publication."""
        new = stories(3, created=NOON + DAY + timedelta(minutes=5))
        archive = Archive(Site(tmp_path / "site").add(*new), tmp_path / "archive", look_again=LOOKS)
        assert archive.run().status == 0
        return archive

    @pytest.mark.parametrize(("age", "looks"), [(timedelta(minutes=1), 5), (2 * DAY, 2), (8 * DAY, 1), (31 * DAY, 0)])
    def test_the_older_an_article_the_fewer_the_looks(self, tmp_path: Path, age: timedelta, looks: int) -> None:
        archive = Archive(Site(tmp_path / "site"), tmp_path / "other", look_again=LOOKS)
        archive.site.add(*stories(2, created=archive.at - age))
        archive.run()
        requests = [len(archive.run(after).articles) for after in (*[HOUR] * 8, *[DAY] * 8, *[8 * DAY] * 4)]
        assert sum(requests) == 2 * looks

    def test_each_distance_brings_one_look(self, archive: Archive) -> None:
        looks = []
        for after in (59, 1, 299, 1, 18 * 60 - 1, 1, 6 * 24 * 60 - 1, 1, 23 * 24 * 60 - 1, 1):  # minutes
            looks.append(len(archive.run(timedelta(minutes=after)).articles))
        assert looks == [0, 3, 0, 3, 0, 3, 0, 3, 0, 3]

    def test_after_the_last_one_it_is_left_alone(self, archive: Archive) -> None:
        archive.run(30 * DAY)
        assert archive.rows("SELECT DISTINCT next_check_at FROM articles") == [(None,)]
        assert archive.run(900 * DAY).articles == []

    def test_looks_that_were_missed_are_not_made_up_for(self, archive: Archive) -> None:
        assert [len(archive.run(after).articles) for after in (8 * DAY, HOUR, 23 * DAY)] == [3, 0, 3]

    def test_the_distances_are_a_setting(self, tmp_path: Path) -> None:
        archive = Archive(Site(tmp_path / "site"), tmp_path / "other", look_again="10m")
        archive.site.add(story(1, created=archive.at))
        assert [len(archive.run(timedelta(minutes=after)).articles) for after in (1, 9, 10)] == [1, 1, 0]

    def test_a_silent_change_is_found_though_no_mtime_moved_and_no_list_shows_it(self, archive: Archive) -> None:
        silent = replace(archive.site.stories[DOC_ID], paragraphs=("悄悄改过。",))
        archive.site.add(silent).put(listing_url(CHANNEL, 1), answer([archive.site.stories[story(3).doc_id]]))
        archive.run(HOUR)
        assert "悄悄改过。" in archive.posts()[DOC_ID]

    @pytest.mark.parametrize("moved", [False, True], ids=["by its schedule", "for its mtime"])
    def test_a_page_that_always_fails_is_not_asked_for_at_every_run(self, archive: Archive, moved: bool) -> None:
        archive.site.status[story(1).url] = 500
        if moved:
            archive.site.add(story(1).edited("第二稿。"))
        looks = [story(1).url in archive.run(timedelta(minutes=5)).articles for _ in range(40)]
        assert sum(looks) < 10

    def test_an_article_of_two_pages_is_compared_whole(self, tmp_path: Path) -> None:
        second = story(1).url.replace(".shtml", "_2.shtml")
        first = story(1).page().replace("</body>", f'<p class="page"><a href="{second}">下一页</a></p></body>')
        site = Site(tmp_path / "site").add(story(1)).put(story(1).url, first)
        archive = Archive(site.put(second, replace(story(1), paragraphs=("下半篇。",)).page()), tmp_path / "other")
        archive.run()
        assert "下半篇。" in archive.posts()[DOC_ID]
        archive.run(HOUR)
        assert revisions(archive) == [(1, None, False)]
        site.put(second, replace(story(1), paragraphs=("改过的下半篇。",)).page())
        archive.run(6 * HOUR)
        assert "改过的下半篇。" in archive.posts()[DOC_ID]


def test_the_catalog_names_where_each_revision_was_captured(archive: Archive) -> None:
    archive.site.add(story(1).edited("第二稿。"))
    archive.run(settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    captures = archive.rows("SELECT capture_file, capture_offset > 0 FROM revisions WHERE doc_id = ?", DOC_ID)
    [file] = (archive.folder / "captures").glob("*.warc.gz")
    assert captures == [(None, None), (file.name, 1)]

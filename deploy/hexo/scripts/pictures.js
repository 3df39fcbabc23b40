// The picture in the front matter is the text's first one, or the archive's placeholder for a text without any. So an
// article's page shows it in the text, once, and a list beside the first paragraph; nothing shows the placeholder.
hexo.extend.filter.register('before_post_render', post => {
  if (post.layout !== 'post') return;
  const own = post.headimg && post.content.includes(post.headimg) ? post.headimg : '';
  if (hexo.config.theme === 'butterfly') Object.assign(post, { cover: own || false, top_img: false });
  Object.assign(post, { headimg: own, headimg_display: false, thumbnail: '' }); // as volantis names them
});

// The picture in the front matter is the text's first one, a video's, or the archive's placeholder for a text without
// any. So an article's page shows the first in the text, once, and a list beside the first paragraph; nothing shows the
// placeholder, which `_config.yml` names.
hexo.extend.filter.register('before_post_render', post => {
  if (post.layout !== 'post') return;
  const own = post.headimg && post.headimg !== hexo.config.placeholder ? post.headimg : '';
  if (hexo.config.theme === 'butterfly') Object.assign(post, { cover: own || false, top_img: false });
  // As volantis names them.
  Object.assign(post, { headimg: own, headimg_display: !post.content.includes(own), thumbnail: '' });
});

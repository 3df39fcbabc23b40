// The theme shows no headline over a picture (every post has `headimg`), and it writes titles as HTML.
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

hexo.extend.filter.register('before_post_render', post => {
  if (post.layout !== 'post') return;
  post.title = post.title.replace(/[&<>"']/g, mark => ENTITIES[mark]);
  post.title_display = true;
});

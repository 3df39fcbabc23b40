// A list shows the first paragraph of an article that says something, where the themes would show all of the article.
const PARAGRAPH = /<p>(?!<img|<em>)(?:(?!<\/p>).)*<\/p>/gs;

hexo.extend.filter.register('after_post_render', post => {
  if (post.layout !== 'post' || post.excerpt) return;
  const paragraphs = post.content.match(PARAGRAPH) ?? [''];
  post.excerpt = paragraphs.find(text => text.length > 50) ?? paragraphs[0];
}, 20); // after Hexo's own, which empties it

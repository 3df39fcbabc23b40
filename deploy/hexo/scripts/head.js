// In the head of every page, whatever the theme: Sina refuses pictures to pages of other sites by their Referer, so
// this site sends none; nothing comes from other hosts but pictures; and what a theme's look needs beside its settings.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const CSP = `default-src 'self'; img-src 'self' data: http: https:; script-src 'self' 'unsafe-inline';
  style-src 'self' 'unsafe-inline'; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'`;

hexo.extend.filter.register('after_init', () => {
  const { theme, root } = hexo.config;
  const head = hexo.extend.injector.register.bind(hexo.extend.injector);
  head('head_begin', `<meta http-equiv="Content-Security-Policy" content="${CSP.replace(/\s+/g, ' ')}">`);
  head('head_begin', '<meta name="referrer" content="no-referrer">');
  if (existsSync(join(hexo.source_dir, `${theme}.css`))) head('head_end', `<link rel="stylesheet" href="${root}${theme}.css">`);
});

// What the theme takes from CDNs and can't do without, from here: icons from npm; and, because it always
// asks for it, an empty file in place of Fancybox, which is no free software.
const { createReadStream } = require('node:fs');
const { dirname, join } = require('node:path');

const ICONS = ['css/all.min.css', 'webfonts/fa-solid-900.woff2', 'webfonts/fa-regular-400.woff2'];
const INSTEAD = ['fancybox/none.css', 'fancybox/none.js'];

hexo.extend.generator.register('own_assets', () => {
  const npm = dirname(require.resolve('@fortawesome/fontawesome-free/package.json'));
  return [
    ...ICONS.map(file => ({ path: `fontawesome/${file}`, data: () => createReadStream(join(npm, file)) })),
    ...INSTEAD.map(path => ({ path, data: '\n' })),
  ];
});

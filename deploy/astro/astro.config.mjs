import { defineConfig } from 'astro/config';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

// Of GitHub's Markdown the tables only: the rest would make links and notes of its own.
function tables() {
  const data = this.data();
  (data.micromarkExtensions ??= []).push(gfmTable());
  (data.fromMarkdownExtensions ??= []).push(gfmTableFromMarkdown());
}

export default defineConfig({
  site: 'http://localhost:8000', // where the site will be; a folder is given with `base`
  trailingSlash: 'always',
  markdown: { gfm: false, remarkPlugins: [tables], smartypants: false, syntaxHighlight: false },
  devToolbar: { enabled: false },
});

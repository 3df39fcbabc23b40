// The posts of the archive, unchanged: another archive than output/ is named in POSTS.
import { defineCollection, z } from 'astro:content';
import { glob } from 'astro/loaders';

const news = defineCollection({
  loader: glob({
    base: process.env.POSTS ?? '../../output/posts',
    pattern: '**/*.md',
    generateId: ({ entry }) => entry.replace(/\.md$/, ''), // its path; else it would be in lower case
  }),
  schema: z.object({ title: z.string(), author: z.string(), categories: z.array(z.string()), date: z.coerce.date() }),
});

export const collections = { news };

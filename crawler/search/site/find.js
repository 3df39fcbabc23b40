// Finds words and "phrases" in the posts of a static site, as `scrapy search` does: what may stand where is said in
// crawler/search/tokens.py and query.py. The index beside this file says where to look, the texts whether it is there.
const HERE = new URL(".", import.meta.url);
const PAUSE = 1_000_000; // bytes fetched before a reader is asked to go on
const MAX_WORDS = 4; // looked up in the index; the texts are read in any case
const AHEAD = 6; // texts fetched at once

const CHINESE = "\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const LETTER = `(?:(?![${CHINESE}])[\\p{L}\\p{N}])`;
const STRETCH = new RegExp(`[${CHINESE}]+|${LETTER}+`, "gu");
const BETWEEN = "[^\\p{L}\\p{N}_\\n。!?;]*";
const isChinese = stretch => new RegExp(`^[${CHINESE}]`, "u").test(stretch);

const folded = new Map();
export function fold(text) {
  return Array.from(text, char => {
    if (!folded.has(char)) {
      const other = char.normalize("NFKC").toLowerCase();
      folded.set(char, other.length === char.length ? other : char);
    }
    return folded.get(char);
  }).join("");
}

// What is looked up, and a pattern for each phrase, of folded texts.
export function parse(typed) {
  const phrases = [...typed.matchAll(/["“”]([^"“”]*)["“”]|([^\s"“”]+)/g)]
    .map(([, quoted, word]) => fold(quoted || word || "").match(STRETCH) ?? []).filter(phrase => phrase.length);
  const words = [...new Set(phrases.flat().flatMap(lookedUp))];
  const step = Math.max(1, words.length / MAX_WORDS);
  return {
    words: words.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step)),
    patterns: phrases.map(phrase => new RegExp(phrase.map(whole).join("[^\\p{L}\\p{N}]*"), "gu")),
  };
}

function lookedUp(stretch) {
  const chars = [...stretch];
  return isChinese(stretch) && chars[1] ? chars.slice(1).map((char, at) => chars[at] + char) : [stretch];
}

const whole = stretch => isChinese(stretch) ? [...stretch].join(BETWEEN) : `(?<!${LETTER})${stretch}(?!${LETTER})`;

// Where the phrases stand in a text, in order; null if one of them does not.
function places(text, patterns) {
  const each = patterns.map(pattern => [...text.matchAll(pattern)].map(({ index, 0: { length } }) => [index, index + length]));
  return each.every(found => found.length) ? each.flat().sort((a, b) => a[0] - b[0]) : null;
}

const files = new Map();
export const traffic = { bytes: 0, requests: 0 };

// A file of a segment; its version in the address keeps a browser from mixing it with older ones.
function file(segment, name) {
  const address = `${segment.name}/${name}?${segment.version}`;
  if (!files.has(address)) files.set(address, load(address));
  return files.get(address);
}

async function load(address, options) {
  const answer = await fetch(new URL(address, HERE), options);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  traffic.bytes += bytes.length;
  traffic.requests += 1;
  return bytes;
}

const utf8 = bytes => new TextDecoder().decode(bytes);
const hash = word => [...word].reduce((value, char) => Math.imul(value ^ char.codePointAt(0), 16777619) >>> 0, 2166136261);

// The numbers of a segment's posts that have the word; word_shards.py says what the bytes are.
async function postsWith(segment, word) {
  const bytes = await file(segment, `words/${hash(word) % segment.shards}.bin`);
  let at = 0;
  const number = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const posts = new Set();
  while (at < bytes.length) {
    const length = number(), name = utf8(bytes.subarray(at, at + length));
    at += length;
    const size = number(), end = at + (size >> 1);
    if (name === word && size & 1) {
      for (let post = 0; post < segment.posts; post++) if (bytes[at + (post >> 3)] >> (post & 7) & 1) posts.add(post);
    } else if (name === word) {
      for (let post = -1; at < end; posts.add(post)) post += number();
    }
    at = end;
  }
  return posts;
}

// The posts that have what was typed, the newest first; null each time that much was fetched.
export async function* hits({ words, patterns }) {
  let pause = traffic.bytes + PAUSE;
  const { together, segments } = JSON.parse(utf8(await load("index.json", { cache: "no-cache" })));
  for (const segment of segments) {
    const [first, ...others] = await Promise.all(words.map(word => postsWith(segment, word)));
    const numbers = [...first].filter(post => others.every(posts => posts.has(post))).reverse();
    const texts = post => file(segment, `texts/${Math.floor(post / together)}.json`);
    for (const at of [...numbers.keys(), numbers.length]) { // one more: a segment without any is fetched, too
      if (traffic.bytes > pause) {
        pause = traffic.bytes + PAUSE;
        yield null;
      }
      if (at % AHEAD === 0) await Promise.all(numbers.slice(at, at + AHEAD).map(texts));
      if (at === numbers.length) break;
      const [path, title, date, text] = JSON.parse(utf8(await texts(numbers[at])))[numbers[at] % together];
      const marks = places(fold(`${title}\n${text}`), patterns);
      if (marks) yield { path, title, date, text, marks };
    }
  }
}

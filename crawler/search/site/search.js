// A search field and what it finds, in <div data-search></div> of any page of the site.
import { hits, parse } from "./find.js";

const PAGE = 20; // posts shown at once
const BEFORE = 20, LENGTH = 90; // characters of a snippet

// The part of a text from one place to another, what was looked for marked.
function marked(tag, text, marks, from, to) {
  const element = document.createElement(tag);
  for (const [start, end] of marks.filter(([start, end]) => end > from && start < to)) {
    if (end <= from) continue; // two phrases may overlap
    element.append(text.slice(from, Math.max(from, start)));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(Math.max(from, start), Math.min(end, to));
    element.append(mark);
    from = Math.min(end, to);
  }
  element.append(text.slice(from, to));
  return element;
}

function item({ path, title, date, text, marks }, site) {
  const whole = `${title}\n${text}`, begin = title.length + 1;
  const first = marks.find(([start]) => start >= begin)?.[0] ?? begin;
  const from = Math.max(begin, first - BEFORE);
  const link = marked("a", whole, marks, 0, title.length);
  link.href = new URL(`${path}/`, site);
  const when = document.createElement("time");
  when.textContent = date;
  const row = document.createElement("li");
  row.append(when, " ", link, marked("p", whole, marks, from, from + LENGTH));
  return row;
}

// `data-site` is the site's address where that isn't one folder up from this file.
function mount(box) {
  const site = new URL(box.dataset.site ?? "../", import.meta.url);
  box.innerHTML = `<form role="search"><input type="search" name="q" aria-label="搜索" placeholder="搜索标题和正文">
    <button>搜索</button></form><p role="status"></p><ol></ol><button type="button" hidden>继续</button>`;
  const [form, status, list, more] = box.children;
  let found, count;
  async function show() {
    const mine = found;
    more.hidden = true;
    status.textContent = "…";
    for (let shown = 0; ; shown++) {
      const { value: hit, done } = await mine.next();
      if (mine !== found) return; // something else was typed
      if (hit) list.append(item(hit, site));
      count += hit ? 1 : 0;
      more.hidden = done || Boolean(hit) && shown + 1 < PAGE;
      status.textContent = done ? count ? `共 ${count} 篇` : "没有找到" : `${count} 篇，更早的还没有查`;
      if (done || !more.hidden) return;
    }
  }
  const start = () => {
    const query = parse(form.q.value);
    [found, count] = [query.words.length ? hits(query) : [].values(), 0];
    list.replaceChildren();
    show().catch(error => status.textContent = `搜索不了：${error.message}`);
  };
  form.onsubmit = event => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(form.q.value)}`);
    start();
  };
  more.onclick = () => show().catch(error => status.textContent = `搜索不了：${error.message}`);
  form.q.value = new URLSearchParams(location.search).get("q") ?? "";
  if (form.q.value) start();
}

document.querySelectorAll("[data-search]").forEach(mount);

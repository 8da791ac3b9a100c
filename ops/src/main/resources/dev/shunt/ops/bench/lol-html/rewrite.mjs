// Rewrites pages with lol-html: the other side of RewriteWorker, with the same rules and the same questions and answers.
import {createRequire} from 'node:module';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';

const require = createRequire(import.meta.url);
const {HTMLRewriter} = require('lol-html');

const PART = 16384;
const CDN = 'https://cdn.example';
const OWN = new Set(['shop.example', 'www.shop.example']);
const DIRECTORY = '/dir/';
const SHOWN = new Set(['stylesheet', 'icon', 'preload', 'modulepreload', 'prefetch', 'apple-touch-icon',
  'apple-touch-icon-precomposed', 'mask-icon']);
const ENDINGS = new Set(('avif bmp gif ico jpeg jpg png svg webp css js mjs eot otf ttf woff woff2 ' +
  'aac flac m4a m4v mov mp3 mp4 oga ogg ogv wav webm').split(' '));

// What a link becomes; undefined if it stays.
function target(text) {
  const url = text.trim();
  let path = url;
  let before = '';
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url);
  if (scheme || url.startsWith('//')) {
    const host = scheme ? scheme[0].length + 2 : 2;
    const slash = url.indexOf('/', host);
    if (slash < 0 || (scheme && !/^https?:$/i.test(scheme[0])) || !OWN.has(url.slice(host, slash).toLowerCase())) {
      return undefined;
    }
    path = url.slice(slash);
  } else if (!url.startsWith('/')) {
    before = DIRECTORY;
  }
  const end = path.search(/[?#]/);
  const last = end < 0 ? path.length : end;
  const dot = path.lastIndexOf('.', last - 1);
  if (dot < 0 || dot < path.lastIndexOf('/', last - 1) || !ENDINGS.has(path.slice(dot + 1, last).toLowerCase())) {
    return undefined;
  }
  return CDN + before + path;
}

// Each candidate's link (WHATWG HTML section 4.8.4.3.10), as far as it needs no parentheses.
function candidates(text) {
  let changed = false;
  const all = text.replace(/([\s,]*)([^\s]*[^\s,])((?:\s[^,]*)?)/g, (whole, space, url, descriptor) => {
    const to = target(url);
    changed ||= to !== undefined;
    return to === undefined ? whole : space + to + descriptor;
  });
  return changed ? all : undefined;
}

function change(el, name, to) {
  const value = el.getAttribute(name);
  const by = value === undefined ? undefined : to(value);
  if (by !== undefined) {
    el.setAttribute(name, by);
  }
}

function mayLeave(el) {
  return !el.hasAttribute('integrity') || el.hasAttribute('crossorigin');
}

function link(...names) {
  return {
    element(el) {
      if (mayLeave(el)) {
        names.forEach(name => change(el, name, target));
      }
    },
  };
}

const SRCSET = {element: el => change(el, 'srcset', candidates)};
const LINK = {
  element(el) {
    if ((el.getAttribute('rel') ?? '').toLowerCase().split(/\s+/).some(rel => SHOWN.has(rel)) && mayLeave(el)) {
      change(el, 'href', target);
      change(el, 'imagesrcset', candidates);
    }
  },
};
const INPUT = {
  element(el) {
    if (el.getAttribute('type')?.toLowerCase() === 'image') {
      change(el, 'src', target);
    }
  },
};
const SRC = link('src');
const POSTER = link('poster');
const DATA = link('data');
const IMAGE = link('href', 'xlink:href');
const BACKGROUND = link('background');

function rewrite(page, out) {
  const rewriter = new HTMLRewriter('utf-8', out);
  rewriter.on('img[src], source[src], video[src], audio[src], track[src], embed[src], script[src]', SRC);
  rewriter.on('img[srcset], source[srcset]', SRCSET);
  rewriter.on('video[poster]', POSTER);
  rewriter.on('object[data]', DATA);
  rewriter.on('input[src]', INPUT);
  rewriter.on('link[rel]', LINK);
  rewriter.on('image', IMAGE);
  rewriter.on('body[background], table[background], td[background], th[background]', BACKGROUND);
  for (let at = 0; at < page.length; at += PART) {
    rewriter.write(page.subarray(at, at + PART));
  }
  rewriter.end();
  rewriter.free();
}

const dir = process.argv[2];
const pages = new Map();
for (const file of readdirSync(dir).filter(name => name.endsWith('.html'))) {
  const page = readFileSync(`${dir}/${file}`);
  const parts = [];
  rewrite(page, part => parts.push(Buffer.from(part)));
  const name = file.slice(0, -'.html'.length);
  writeFileSync(`${dir}/${name}.lol-html`, Buffer.concat(parts));
  pages.set(name, page);
}
console.log(`lol-html ${require('lol-html/package.json').version}, node ${process.versions.node}`);

for await (const line of createInterface({input: process.stdin})) {
  const [name, millis] = line.split(' ');
  const page = pages.get(name);
  const begin = process.hrtime.bigint();
  const end = begin + BigInt(millis) * 1_000_000n;
  let now = begin;
  let times = 0;
  let written = 0;
  do {
    rewrite(page, part => {
      written += part.length;
    });
    times++;
    now = process.hrtime.bigint();
  } while (now < end);
  console.log(`${times} ${now - begin} ${written}`);
}

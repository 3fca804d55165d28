// Holds the two first loads to their budget: the door (to sign in), and the frame with the screen of a first visit.
// Fails with the numbers when one is over.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const JS_BUDGET = 40_000;
const CSS_BUDGET = 10_000;

const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const bytes = (name) => readFileSync(new URL(`assets/${name}`, dist));
const gz = (name) => gzipSync(bytes(name), { level: 9 }).length;
const sum = (names, of) => names.reduce((total, name) => total + of(name), 0);

const files = readdirSync(new URL('assets/', dist)).filter((f) => /\.(js|css)$/.test(f));
const scripts = files.filter((f) => f.endsWith('.js'));
const chunk = (start) => scripts.find((f) => f.startsWith(start));

/** A chunk and all it imports statically. */
function withImports(name, seen = new Set()) {
  if (!name || seen.has(name)) return seen;
  seen.add(name);
  for (const [, other] of bytes(name).toString().matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) withImports(other, seen);
  return seen;
}

// What index.html names, and what is opened first. The style of a chunk has the chunk's name.
const named = scripts.filter((f) => html.includes(f));
const stem = (f) => f.replace(/-[\w-]{8}\.\w+$/, '');
let over = false;
for (const [load, opened] of [['the door', ['Door-']], ['My day', ['frame-', 'MyDay-']]]) {
  const js = [...new Set([...named, ...opened.map(chunk)].flatMap((name) => [...withImports(name)]))];
  const stems = new Set(js.map(stem));
  const css = files.filter((f) => f.endsWith('.css') && (html.includes(f) || stems.has(stem(f))));
  console.log(`first load of ${load}: ${sum(js, gz)} B js, ${sum(css, gz)} B css, both gz`);
  over ||= sum(js, gz) > JS_BUDGET || sum(css, gz) > CSS_BUDGET;
}
console.log(`every screen: ${sum(scripts, gz)} B js, gz`);
for (const f of files) console.log(`  ${String(bytes(f).length).padStart(7)}  ${String(gz(f)).padStart(6)} gz  ${f}`);
if (over) {
  console.error(`over the budget of ${JS_BUDGET} B js and ${CSS_BUDGET} B css, both gz`);
  process.exit(1);
}

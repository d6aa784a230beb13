// Without a build a module is known only once the one that imports it is there. The page names those of its first screen,
// so that they are fetched side by side.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const WEB = path.join(import.meta.dirname, '../../web');
const FIRST = ['app.js', 'screens/search.js'];

test('the page preloads what its first screen imports, and nothing else', () => {
  const html = readFileSync(path.join(WEB, 'index.html'), 'utf8');
  const links = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)].map(([, href]) => href);
  const needed = new Set();
  for (const file of FIRST) collect(file, needed);
  needed.delete('app.js');
  assert.deepEqual(links.toSorted(), [...needed].sort());
});

function collect(file, found) {
  if (found.has(file)) return;
  found.add(file);
  const text = readFileSync(path.join(WEB, file), 'utf8');
  for (const [, target] of text.matchAll(/(?:\bfrom|^import)\s+'([^', ]+)'/gm))
    collect(path.posix.join(path.posix.dirname(file), target), found);
}

// The lint rules say which modules are pure; here each of them is loaded where there is no document.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { PURE } from './eslint.config.js';

const WEB = path.join(import.meta.dirname, '../../web');

test('each module that is called pure is there and loads without a page', async () => {
  assert.equal(typeof document, 'undefined');
  const files = PURE.flatMap(matches);
  assert.ok(files.length > 20, `${files.length} files`);
  for (const file of files) await import(path.join(WEB, '..', file));
});

test('the page loads no code from elsewhere', () => {
  const scripts = filesIn('web').filter((file) => file.endsWith('.js'));
  for (const file of scripts) {
    for (const target of importsOf(file)) assert.match(target, /^\.\.?\//, `${file} imports ${target}`);
  }
});

/** What a module imports, at once or later. */
function importsOf(file) {
  const text = readFileSync(path.join(WEB, '..', file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|^import|\bimport\()\s*'([^', ]+)'/gm)].map(([, target]) => target);
}

/** Files that a pattern of the lint rules means; one that means none is out of date. */
function matches(pattern) {
  const choice = pattern.replace(/\{([^}]+)\}/g, (_, names) => `(?:${names.replaceAll(',', '|')})`);
  const expression = new RegExp(`^${choice.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`);
  const found = filesIn('web').filter((file) => expression.test(file));
  assert.notEqual(found.length, 0, `no file is ${pattern}`);
  return found;
}

function filesIn(folder) {
  return readdirSync(path.join(WEB, '..', folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(name) : [name];
  });
}

// Owns the words around the results of a search: how many there are, what was left out, and what to do about nothing.

import { filterWords } from '../../filter.js';
import { count, folderOf, many, nameOf } from '../../parts/format.js';
import { parted } from '../../parts/judgement.js';
import { partName } from '../../query.js';
import { PAGE } from './state.js';

const IDENTICAL_NAMED = 3;

/** `9 matches · 31 weaker hidden · in 487 sounds · 12 ms`. */
export function summaryOf(found, query) {
  const { better, weak } = parted(found.hits);
  const words = [
    better.length === PAGE ? `the best ${PAGE} matches` : many(better.length, 'match'),
    weakerWords(weak.length, found.hidden),
    `in ${many(found.searched.files, 'sound')}`,
    tookWords(found.timing_ms),
  ];
  return (query.moments ? 'Moments: ' : '') + words.filter(Boolean).join(' · ');
}

/** The query in few words, for the title of the tab; without words, its filters. */
export function titleWords({ text, parts, list, filter }, roots = []) {
  const words = parts.map((each) => `${each.sign > 0 ? '+' : '−'} ${partName(each)}`);
  const asked = [text.trim(), ...words].filter(Boolean).join(' ').replace(/^\+ /, '');
  return asked || filtersIn(filter, roots) || (list ? 'All sounds' : '');
}

/** `1,234 sounds · in rain · WAV`. */
export function browseWords(total, { query }, roots = []) {
  return [many(total, 'sound'), filtersIn(query.filter, roots)].filter(Boolean).join(' · ');
}

function filtersIn(filter, roots) {
  const short = filter.folder ? { ...filter, folder: folderOf(`${filter.folder}/x`, roots) } : filter;
  return filterWords(short)
    .map(([, words]) => words)
    .join(' · ');
}

/**
 * What the words of an answer were read as, a line each: what is not wanted, words that were corrected or translated, and
 * words that nothing is known of. None where all was taken as it was typed.
 */
export function readingLines({ read_as: readAs, reading = [] }) {
  return [readAs ? `Read as: ${readAs}` : null, otherWords(reading), unknownWords(reading)].filter(Boolean);
}

/** Files that were left out because they are the example itself; nothing where there are none. */
export function identicalWords(identical = []) {
  if (identical.length === 0) return '';
  const names = identical.slice(0, IDENTICAL_NAMED).map(({ path }) => nameOf(path));
  const more = identical.length - names.length;
  const reason = identical.length === 1 ? 'it is a copy of the example' : 'they are copies of the example';
  return `Left out because ${reason}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What to say where no hit is likely, and what to offer: `clear` the filters, or null. */
export function nothingWords(found) {
  if (found.searched.files === 0) return { title: 'No sound matches the filters', body: '', offer: 'clear' };
  const isShown = found.hits.length > 0;
  return {
    title: 'No likely match',
    body: `${isShown ? 'The nearest are below. ' : ''}Try other words, or drop a sound here as an example.`,
    offer: null,
  };
}

function otherWords(reading) {
  const said = reading
    .filter(({ treatment }) => treatment === 'corrected' || treatment === 'translated')
    .map(({ typed, treatment, read_as: readAs }) => {
      const word = typed.replace(/\*$/, '');
      const why = treatment === 'translated' ? `${word} in English` : `nothing is called ${word}`;
      return `${readAs.join(' or ')} (${why})`;
    });
  return said.length > 0 ? `Searched for ${said.join('; for ')}` : null;
}

function unknownWords(reading) {
  const wanted = reading.filter(({ unwanted }) => !unwanted);
  const unknown = wanted.filter(({ treatment }) => treatment === 'unknown');
  if (unknown.length === 0) return null;
  const names = unknown.map(({ typed }) => `“${typed}”`).join(' or ');
  const consequence = unknown.length === wanted.length ? '; what sounds like it is there by chance' : '';
  return `Neither the library nor the model knows ${names}${consequence}`;
}

function weakerWords(shown, hidden) {
  const listed = shown > 0 ? `${count(shown)} weaker` : '';
  return [listed, hidden > 0 ? `${count(hidden)} weaker hidden` : ''].filter(Boolean).join(' · ');
}

function tookWords(timing) {
  if (!timing) return '';
  const milliseconds = Object.values(timing).reduce((sum, each) => sum + each, 0);
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

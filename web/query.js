// Owns what is asked: words, sounds, chips and filters as one value; the same in the address, so that back and links
// work, and as a request.

import { FILTERS, toFilter } from './filter.js';
import { span } from './parts/format.js';
import { isPart } from './parts/moments.js';

/** How much a part may count; any other weight counts as 1 when it is changed. */
const WEIGHTS = [0.25, 0.5, 1, 2, 4];

/** Nothing asked yet. */
export function emptyQuery() {
  return { text: '', parts: [], by: 'both', all: false, moments: false, list: false, filter: {} };
}

/** Whether there is anything to search for. */
export function isEmpty(query) {
  return query.text.trim() === '' && !query.parts.some(({ sign }) => sign > 0);
}

/** Whether sounds are listed without a search: all of them, or those that the filter lets through. */
export function isBrowsing(query) {
  return isEmpty(query) && (query.list || isFiltered(query));
}

/** Whether any filter is set. */
export function isFiltered({ filter }) {
  return FILTERS.some((name) => filter[name]);
}

/** A part of a query: kind is `text`, `id`, `upload` or `with`; sign is 1 or −1. */
export function part(kind, value, { sign = 1, name = '', start = null, end = null, weight = 1 } = {}) {
  return { kind, value: String(value), sign, name, start, end, weight };
}

/** A part that asks for what sounds like `sound`, or like the moment of it that was found. */
export function soundPart(sound, sign = 1) {
  const hasPart = isPart(sound, sound.duration_seconds);
  const options = {
    sign,
    name: sound.name,
    start: hasPart ? sound.start : null,
    end: hasPart ? sound.end : null,
  };
  return sound.upload ? part('upload', sound.upload, options) : part('id', sound.id, options);
}

/**
 * The one word or phrase that `text` is with a sign before it, as other search engines write it: `-speech`, `+"tin roof"`.
 * The server reads signs among other words. Null if it is anything else.
 */
export function signedWord(text) {
  const found = /^([+\-−])(?:"([^"]+)"|([\p{L}][^\s"]*))$/u.exec(text.trim());
  return found && { sign: found[1] === '+' ? 1 : -1, words: found[2] ? `"${found[2]}"` : found[3] };
}

/** How a part is called on its chip. */
export function partName({ kind, value, name, start, end }) {
  const times = start !== null && end !== null ? ` ${span(start, end)}` : '';
  return (kind === 'text' ? value : name || (kind === 'id' ? `sound ${value}` : value)) + times;
}

/** The weight after `weight`; after the greatest comes the least. */
export function nextWeight(weight) {
  if (weight >= WEIGHTS.at(-1)) return WEIGHTS[0];
  const at = WEIGHTS.indexOf(weight);
  return WEIGHTS[(at < 0 ? WEIGHTS.indexOf(1) : at) + 1];
}

/** The query as the parameters of an address. */
export function toParameters(query) {
  const parameters = new URLSearchParams();
  if (query.text.trim()) parameters.set('q', query.text.trim());
  for (const each of query.parts) parameters.append(each.sign > 0 ? 'and' : 'not', written(each));
  if (query.by !== 'both') parameters.set('by', query.by);
  if (query.all) parameters.set('all', '1');
  if (query.moments) parameters.set('moments', '1');
  if (query.list) parameters.set('list', '1');
  for (const [name, value] of Object.entries(query.filter))
    if (value !== '' && value !== null && value !== undefined) parameters.set(name, value);
  return parameters;
}

/** The query that an address stands for. */
export function fromParameters(parameters) {
  const query = emptyQuery();
  query.text = parameters.get('q') ?? '';
  for (const [name, value] of parameters) {
    if (name === 'and' || name === 'not') query.parts.push(...read(value, name === 'and' ? 1 : -1));
    else if (FILTERS.includes(name)) query.filter[name] = value;
  }
  query.by = ['sound', 'words'].includes(parameters.get('by')) ? parameters.get('by') : 'both';
  query.all = parameters.has('all');
  query.moments = parameters.has('moments');
  query.list = parameters.has('list');
  return query;
}

/** The query as the server wants it. */
export function toRequest(query, { library, limit, offset = 0 }) {
  const request = { library, limit, offset, by: query.by };
  if (query.text.trim()) request.text = query.text.trim();
  const wanted = query.parts.filter(({ sign }) => sign > 0).map(asked);
  const unwanted = query.parts.filter(({ sign }) => sign < 0).map(asked);
  if (wanted.length > 0) request.wanted = wanted;
  if (unwanted.length > 0) request.unwanted = unwanted;
  if (query.all) request.all = true;
  if (query.moments) request.moments = true;
  const filter = toFilter(query.filter);
  if (Object.keys(filter).length > 0) request.filter = filter;
  return request;
}

function asked({ kind, value, start, end, weight }) {
  const each = { [kind]: kind === 'id' ? Number(value) : value };
  if (start !== null && end !== null) Object.assign(each, { start, end });
  if (weight !== 1) each.weight = weight;
  return each;
}

/** For example `id@3-5*2:12~door.wav`. */
function written({ kind, value, name, start, end, weight }) {
  const times = start !== null && end !== null ? `@${start}-${end}` : '';
  const factor = weight !== 1 ? `*${weight}` : '';
  return `${kind}${times}${factor}:${value}${name && kind !== 'text' ? `~${name}` : ''}`;
}

function read(text, sign) {
  const found = /^(text|id|upload|with)(?:@([\d.]+)-([\d.]+))?(?:\*([\d.]+))?:(.+)$/s.exec(text);
  if (!found) return [];
  const [, kind, start, end, weight, rest] = found;
  const cut = kind === 'text' ? -1 : rest.indexOf('~');
  const [value, name] = cut < 0 ? [rest, ''] : [rest.slice(0, cut), rest.slice(cut + 1)];
  return [
    part(kind, value, {
      sign,
      name,
      start: start ? Number(start) : null,
      end: end ? Number(end) : null,
      weight: weight ? Number(weight) : 1,
    }),
  ];
}

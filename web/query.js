// Owns what is asked: words, sounds, chips and filters as one value; the same in the address, so that back and links
// work, and as a request.

/** Nothing asked yet. */
export function emptyQuery() {
  return { text: '', parts: [], by: 'both', all: false, moments: false, filter: {} };
}

/** Whether there is anything to search for. */
export function isEmpty(query) {
  return query.text.trim() === '' && !query.parts.some(({ sign }) => sign > 0);
}

/** A part of a query: kind is `text`, `id`, `upload` or `with`; sign is 1 or −1. */
export function part(kind, value, { sign = 1, name = '', start = null, end = null, weight = 1 } = {}) {
  return { kind, value: String(value), sign, name, start, end, weight };
}

/** The query as the parameters of an address. */
export function toParameters(query) {
  const parameters = new URLSearchParams();
  if (query.text.trim()) parameters.set('q', query.text.trim());
  for (const each of query.parts) parameters.append(each.sign > 0 ? 'and' : 'not', written(each));
  if (query.by !== 'both') parameters.set('by', query.by);
  if (query.all) parameters.set('all', '1');
  if (query.moments) parameters.set('moments', '1');
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

/** The filters there are, by their names in the address. */
export const FILTERS = ['folder', 'format', 'shortest', 'longest', 'rate', 'channels', 'from', 'to', 'label', 'tag'];

function toFilter({ folder, format, shortest, longest, rate, channels, from, to, label, tag }) {
  const filter = {};
  if (folder) filter.folder = [folder];
  if (format) filter.format = format.split(',');
  if (shortest || longest) filter.duration = [shortest ? Number(shortest) : null, longest ? Number(longest) : null];
  if (rate) filter.rate = [Number(rate), Number(rate)];
  if (channels) filter.channels = [Number(channels), Number(channels)];
  if (from || to) filter.date = [from || null, to || null];
  if (label) filter.label = [{ label }];
  if (tag)
    filter.tag = [
      tag.includes('=')
        ? { name: tag.slice(0, tag.indexOf('=')), text: tag.slice(tag.indexOf('=') + 1) }
        : { text: tag },
    ];
  return filter;
}

function asked({ kind, value, start, end, weight }) {
  const each = { [kind]: kind === 'id' ? Number(value) : value };
  if (start !== null && end !== null) Object.assign(each, { start, end });
  if (weight !== 1) each.weight = weight;
  return each;
}

/** For example `id@3-5*2:12~door.wav`. */
function written({ kind, value, name, start, end, weight }) {
  const stretch = start !== null && end !== null ? `@${start}-${end}` : '';
  const times = weight !== 1 ? `*${weight}` : '';
  return `${kind}${stretch}${times}:${value}${name && kind !== 'text' ? `~${name}` : ''}`;
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

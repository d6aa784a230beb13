// Owns the requests to the server: every address of the API once, failures as `Problem`. It keeps nothing.

const BASE = new URL('api/v1/', document.baseURI);

/** What the statuses of answers mean to those who use the page; the server's `detail` says the rest. */
const TITLES = {
  401: 'The page is locked',
  403: 'This is not allowed',
  404: 'This is not here any more',
  410: 'This is not here any more',
  413: 'This is too large',
  415: 'This is no sound that can be read',
  422: 'This cannot be done',
  429: 'The server has too much to do',
  503: 'The server has too much to do',
};

/** What went wrong, in the server's words. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

export const libraries = (signal) => get('libraries', {}, signal);
export const models = (signal) => get('models', {}, signal);
export const search = (request, signal) => post('search', request, signal);
export const files = (query, signal) => get('files', query, signal);
export const browse = (request, signal) => post('browse', request, signal);
export const groups = (query, signal) => get('groups', query, signal);
export const file = (id, query, signal) => get(`files/${id}`, query, signal);
export const waveform = (id, query, signal) => get(`files/${id}/waveform`, query, signal);
export const label = (request, signal) => post('label', request, signal);
export const timeline = (request, signal) => post('timeline', request, signal);
export const setLabel = (request) => post('labels', request);
export const heads = (query, signal) => get('heads', query, signal);
export const teach = (name, request) => post(`heads/${encodeURIComponent(name)}/teach`, request);
export const suggest = (name, query, signal) => get(`heads/${encodeURIComponent(name)}/suggest`, query, signal);
export const renameHead = (name, request) => post(`heads/${encodeURIComponent(name)}/rename`, request);
export const removeHead = (name, query) => call('DELETE', address(`heads/${encodeURIComponent(name)}`, query));
export const map = (query, signal) => get('map', query, signal);
export const mapScores = (query, signal) => get('map/scores', query, signal);
export const duplicates = (query, signal) => get('duplicates', query, signal);
export const jobs = (signal) => get('jobs', {}, signal);
export const startJob = (request) => post('jobs', request);
export const cancelJob = (id) => call('DELETE', address(`jobs/${id}`));

/** Sends a sound that is in no library; it is kept for 15 minutes. */
export function upload(blob, signal) {
  return call('POST', address('uploads'), {
    body: blob,
    headers: { 'content-type': blob.type || 'application/octet-stream' },
    signal,
  });
}

/** Where a sound can be played from; `format: 'wav'` where the browser cannot play the file itself. */
export function audioUrl(sound, query = {}) {
  const path = sound.upload ? `uploads/${sound.upload}/audio` : `files/${sound.id}/audio`;
  return address(path, query).href;
}

/** Where the picture of a sound's spectrogram is. */
export function spectrogramUrl(id, query) {
  return address(`files/${id}/spectrogram.png`, query).href;
}

/** The events of a job, as they come. */
export function jobEvents(id) {
  return new EventSource(address(`jobs/${id}/events`));
}

function get(path, query, signal) {
  return call('GET', address(path, query), { signal });
}

function post(path, body, signal) {
  return call('POST', address(path), {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal,
  });
}

function address(path, query = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
  return url;
}

async function call(method, url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { method, ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, 'the server is not responding', 'Start it again with `auricle serve`, then try again.');
  }
  if (answer.status === 204) return null;
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const body = isJson ? await answer.json() : await answer.text();
  if (answer.ok) return body;
  throw new Problem(
    answer.status,
    TITLES[answer.status] ?? 'The server could not do this',
    body.detail ?? (isJson ? '' : String(body).slice(0, 200)),
  );
}

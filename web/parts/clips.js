// Owns what leaves the page of a sound: the file itself or a part of it, what that is called, and lists of several of them in
// the forms that other programs read.

/** The name of the clip of `region` ({ start, end }) of a sound, as the server calls it too. */
export function clipName({ name }, { start, end }, format = 'wav') {
  const stem = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name;
  return `${stem} ${start.toFixed(3)}-${end.toFixed(3)}.${format}`;
}

/** The forms in which lists leave the page: [name, words, ending, media type, writer]. */
export const FORMS = [
  ['csv', 'CSV table', 'csv', 'text/csv', csvOf],
  ['m3u', 'M3U playlist', 'm3u8', 'audio/x-mpegurl', m3uOf],
  ['audacity', 'Audacity labels', 'txt', 'text/plain', audacityOf],
  ['raven', 'Raven selections', 'txt', 'text/tab-separated-values', ravenOf],
];

const COLUMNS = [
  ['path', ({ path }) => path],
  ['start', ({ start }) => start ?? 0],
  ['end', (sound) => endOf(sound)],
  ['seconds', ({ duration_seconds: seconds }) => seconds],
  ['container', ({ container }) => container],
  ['rate_hz', ({ rate_hz: rate }) => rate],
  ['channels', ({ channels }) => channels],
  ['recorded', ({ recorded }) => recorded],
  ['score', ({ score }) => score],
  ['labels', ({ labels = [] }) => [...new Set(labels.map((each) => each.label ?? each))].join('; ')],
];

/** Comma-separated values with a line of names. */
export function csvOf(sounds) {
  const lines = sounds.map((sound) => COLUMNS.map(([, value]) => cell(value(sound))).join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\r\n');
}

/** An extended M3U playlist; what is a part of a sound begins and ends there in players that can. */
export function m3uOf(sounds) {
  const entries = sounds.map((sound) => {
    const { start = 0, duration_seconds: seconds = 0 } = sound;
    const end = endOf(sound) || seconds;
    const isPart = start > 0 || end < seconds;
    const places = isPart
      ? [`#EXTVLCOPT:start-time=${start.toFixed(3)}`, `#EXTVLCOPT:stop-time=${end.toFixed(3)}`]
      : [];
    return [`#EXTINF:${Math.round(end - start)},${line(sound.name)}`, ...places, location(sound.path)].join('\n');
  });
  return ['#EXTM3U', ...entries, ''].join('\n');
}

/** A label track; its times are those of one sound. */
export function audacityOf(sounds) {
  const labels = sounds.map((sound) => [(sound.start ?? 0).toFixed(6), endOf(sound).toFixed(6), line(sound.name)]);
  return labels.map((label) => `${label.join('\t')}\n`).join('');
}

/** A selection table of Raven, of any number of files. */
export function ravenOf(sounds) {
  const head = ['Selection', 'View', 'Channel', 'Begin Time (s)', 'End Time (s)', 'Begin Path', 'Label'];
  const rows = sounds.map((sound, at) => [
    at + 1,
    'Spectrogram 1',
    sound.channel ?? 1,
    (sound.start ?? 0).toFixed(3),
    endOf(sound).toFixed(3),
    line(sound.path),
    line(sound.name),
  ]);
  return [head, ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

/** Whether all are of one sound: a label track knows no other. */
export function areOfOne(sounds) {
  return new Set(sounds.map(({ id }) => id)).size === 1;
}

function endOf({ end, duration_seconds: seconds }) {
  return end ?? seconds ?? 0;
}

function cell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Words that fit on a line, in a column. */
function line(text) {
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/[\u0000-\u001f\u007f]/g, ' ');
}

/** The path as it is, or as a URL where a line of text cannot hold it. */
function location(path) {
  return line(path) === path && path.trim() === path ? path : `file://${encodeURI(path)}`;
}

// Owns the filters of a search: their names in the address, what they ask of the server, and how they read.

/** The filters there are, by their names in the address. */
export const FILTERS = [
  'folder',
  'format',
  'shortest',
  'longest',
  'rate',
  'channels',
  'recorded_from',
  'recorded_to',
  'hours',
  'from',
  'to',
  'label',
  'tag',
];

/** How filters read, with those that belong together in one. */
const WORDS = [
  [['folder'], ({ folder }) => `in ${folder}`],
  [['format'], ({ format }) => format.toUpperCase().replaceAll(',', ', ')],
  [['shortest', 'longest'], lengthWords],
  [['rate'], ({ rate }) => `${rate} Hz`],
  [['channels'], ({ channels }) => ({ 1: 'mono', 2: 'stereo' })[channels] ?? `${channels} channels`],
  [['recorded_from', 'recorded_to'], (set) => `recorded ${daysWords(set.recorded_from, set.recorded_to)}`],
  [['hours'], ({ hours }) => `recorded at ${hours.replace('..', '–')} h`],
  [['from', 'to'], ({ from, to }) => `changed ${daysWords(from, to)}`],
  [['label'], ({ label }) => `label ${label}`],
  [['tag'], ({ tag }) => `tag ${tag}`],
];

/** The filters that are set, as the server wants them. */
export function toFilter(set) {
  const { folder, format, label, tag } = set;
  const filter = {
    folder: folder ? [folder] : null,
    format: format ? format.split(',') : null,
    duration: range(numberOrNull(set.shortest), numberOrNull(set.longest)),
    rate: range(numberOrNull(set.rate), numberOrNull(set.rate)),
    channels: range(numberOrNull(set.channels), numberOrNull(set.channels)),
    date: range(set.from || null, set.to || null),
    recorded: range(set.recorded_from || null, set.recorded_to || null),
    hour: set.hours ? toHours(set.hours) : null,
    label: label ? [{ label }] : null,
    tag: tag ? [toTag(tag)] : null,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
}

/** The filters that are set, in words: [[names, words]]. */
export function filterWords(filter) {
  return WORDS.filter(([names]) => names.some((name) => filter[name])).map(([names, words]) => [names, words(filter)]);
}

/** A range of lengths in words. */
export function lengthWords({ shortest, longest }) {
  return `${shortest || '0'}–${longest || '∞'} s`;
}

function daysWords(from, to) {
  return `${from || '…'} – ${to || '…'}`;
}

function range(from, to) {
  return from === null && to === null ? null : [from, to];
}

function numberOrNull(text) {
  return text ? Number(text) : null;
}

/** `4..7` and `4-7` are two ends, `4` is both of them; either end may be missing. */
function toHours(text) {
  const [from, to = from] = text.split(/\.\.|[–-]/).map((end) => end.trim() || null);
  return range(from, to);
}

/** `genre=jazz` asks for a tag of that name, `jazz` for any. */
function toTag(text) {
  const at = text.indexOf('=');
  return at < 0 ? { text } : { name: text.slice(0, at), text: text.slice(at + 1) };
}

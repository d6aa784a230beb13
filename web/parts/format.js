// Owns how numbers, times and paths are written.

const COUNT = new Intl.NumberFormat('en');

/** A time in a sound, for example `1:05.3`. */
export function clock(seconds) {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** A time without its tenths, for example `1:05`. */
export function wholeClock(seconds) {
  return clock(seconds).replace(/\.\d$/, '');
}

/** The time from `start` to `end`. */
export function span(start, end) {
  return `${clock(start)}–${clock(end)}`;
}

/** How long something is, in words: `5.0 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds) {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${count(hours)} h ${minutes} min`;
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
}

/** How long something is, in few letters: `5.0 s`, `3:20`, `2:05:00`. */
export function shortDuration(seconds) {
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : wholeClock(seconds);
}

/** A range of lengths in words, its ends in seconds or empty: `Up to 2 s`, `10 s – 1 min`, `Over 10 min`. */
export function lengthName(shortest, longest) {
  const end = (seconds) => (seconds < 60 ? `${Number(seconds)} s` : duration(Number(seconds)));
  if (!shortest) return longest ? `Up to ${end(longest)}` : 'Any length';
  return longest ? `${end(shortest)} – ${end(longest)}` : `Over ${end(shortest)}`;
}

/** A number with its thousands apart. */
export function count(number) {
  return COUNT.format(number);
}

/** `1 sound`, `2 sounds`. */
export function many(number, noun) {
  if (number === 1) return `1 ${noun}`;
  return `${count(number)} ${noun.endsWith('ch') ? `${noun}es` : `${noun}s`}`;
}

/** A size in bytes, for people. */
export function bytes(number) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  let size = number;
  while (size >= 999.5 && at < units.length - 1) [size, at] = [size / 1000, at + 1];
  return `${at === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)} ${units[at]}`;
}

/** A share in per cent. */
export function percent(share) {
  if (share > 0 && share < 0.01) return '<1%';
  return `${Math.round(share * 100)}%`;
}

/** Words with a capital at their front, for a title; a name in quotes stays as it is. */
export function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The last part of a path. */
export function nameOf(path) {
  return path.slice(path.search(/[^/\\]*$/));
}

/** `file` with a name: that of its path where the server gave none. */
export function named(file) {
  return { ...file, name: file.name ?? nameOf(file.path) };
}

/** The folders above a file, without the library's own folder if that is known. */
export function folderOf(path, roots = []) {
  const folder = path.slice(0, path.length - nameOf(path).length).replace(/[/\\]$/, '');
  const root = roots.find((each) => folder === each || folder.startsWith(`${each}/`));
  if (root === undefined) return folder;
  return [nameOf(root), folder.slice(root.length + 1)].filter(Boolean).join('/');
}

/** What kind of file it is, for example `WAV · 48 kHz · stereo`. */
export function audioFormat(file) {
  const channels = { 1: 'mono', 2: 'stereo' }[file.channels] ?? (file.channels ? `${file.channels} ch` : '');
  const rate = file.rate_hz ? `${Number((file.rate_hz / 1000).toFixed(2))} kHz` : '';
  return [(file.container ?? '').toUpperCase(), rate, channels].filter(Boolean).join(' · ');
}

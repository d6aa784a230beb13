// Owns how numbers, times and paths are written.

const COUNT = new Intl.NumberFormat('en');

/** A place in a sound, for example `1:05.3`. */
export function place(seconds) {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** A stretch of a sound. */
export function stretch(start, end) {
  return `${place(start)}–${place(end)}`;
}

/** How long something is, in words: `5.0 s`, `3 min 20 s`, `2 h 5 min`. */
export function long(seconds) {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${count(hours)} h ${minutes} min`;
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
}

/** How long something is, in few letters: `5.0 s`, `3:20`, `2:05:00`. */
export function brief(seconds) {
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : place(seconds).replace(/\.\d$/, '');
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

/** A share as per cent. */
export function percent(share) {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

/** The last part of a path. */
export function nameOf(path) {
  return path.slice(path.search(/[^/\\]*$/));
}

/** The folders above a file, without the library's own folder if that is known. */
export function folderOf(path, roots = []) {
  const folder = path.slice(0, path.length - nameOf(path).length).replace(/[/\\]$/, '');
  const root = roots.find((each) => folder === each || folder.startsWith(`${each}/`));
  if (root === undefined) return folder;
  return [nameOf(root), folder.slice(root.length + 1)].filter(Boolean).join('/');
}

/** What kind of sound file it is, for example `WAV · 48 kHz · stereo`. */
export function kind(file) {
  const channels = { 1: 'mono', 2: 'stereo' }[file.channels] ?? (file.channels ? `${file.channels} ch` : '');
  const rate = file.rate_hz ? `${Number((file.rate_hz / 1000).toFixed(2))} kHz` : '';
  return [(file.container ?? '').toUpperCase(), rate, channels].filter(Boolean).join(' · ');
}

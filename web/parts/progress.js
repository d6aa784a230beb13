// Owns how far a job has come, as a share and in words.

import { bytes, count, duration, many, nameOf, percent } from './format.js';

const NAMES = { index: 'Indexing', prune: 'Forgetting vanished files', reindex: 'Reindexing' };
const ENDS = { done: 'Done', cancelled: 'Stopped', failed: 'Failed' };

/** What a job does. */
export function jobName(kind) {
  return NAMES[kind] ?? kind;
}

/** How a job ended; nothing while it runs. */
export function endName(state) {
  return isRunning(state) ? '' : (ENDS[state] ?? state);
}

export function isRunning(state) {
  return state === 'running';
}

/** How much of a job is done, 0..=1: by bytes where they are known, else by files. */
export function shareDone({ bytes: done = 0, of_bytes: all = 0, files = 0, of_files: allFiles = 0 }) {
  if (all > 0) return done / all;
  return allFiles > 0 ? files / allFiles : 0;
}

/** `120 of 400 files · 1.2 GB of 3.4 GB · 35% · 2 h 5 min of sound`. */
export function progressWords(progress) {
  const { bytes: done = 0, of_bytes: all = 0, files = 0, of_files: allFiles = 0 } = progress;
  const share = shareDone(progress);
  return joined([
    allFiles > 0 ? `${count(files)} of ${many(allFiles, 'file')}` : null,
    all > 0 ? `${bytes(done)} of ${bytes(all)}` : null,
    share > 0 ? percent(share) : null,
    heardWords(progress),
  ]);
}

/** `400 files · 5 h 57 min of sound`. */
export function resultWords(progress) {
  return joined([many(progress.files ?? 0, 'file'), heardWords(progress)]);
}

/** Why a job was refused: what is missing, of which the first is named. */
export function missingWords(kind, { files, first }) {
  if (kind !== 'reindex') {
    return `Nothing is left of ${nameOf(first)}: ${many(files, 'file')} known, none there. Nothing was forgotten.`;
  }
  const more = files > 1 ? ` and ${count(files - 1)} more` : '';
  const are = files > 1 ? 'are' : 'is';
  return `${many(files, 'file')} ${are} missing or cannot be read: ${nameOf(first)}${more}. The library is as it was.`;
}

/** What the button says that begins `job` again without what is missing. */
export function withoutMissingWords(kind, { files }) {
  if (kind !== 'reindex') return 'Forget them';
  return files > 1 ? 'Reindex without them' : 'Reindex without it';
}

/** The job that does what `job` was to do, and forgets what it found missing. */
export function withoutMissing({ kind, library }) {
  return { kind, library, drop_missing: true };
}

function heardWords({ seconds = 0 }) {
  return seconds > 0 ? `${duration(seconds)} of sound` : null;
}

function joined(parts) {
  return parts.filter(Boolean).join(' · ');
}

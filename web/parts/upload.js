// Owns how a sound from outside comes in: a file that is chosen, dropped or pasted is sent, and its outline drawn from
// the bytes.

import { upload } from '../api.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { keepPeaks, outline } from './peaks.js';
import { sayProblem } from './say.js';

const MOST_BYTES = 64 * 1024 * 1024;
const OUTLINE_POINTS = 1600;

/** Sends `blob`; gives a sound as the player and the lists know them, or null after saying what is wrong. */
export async function takeIn(blob, name) {
  if (blob.size > MOST_BYTES) {
    sayProblem(new Error(`${name} is larger than 64 MiB: index its folder instead`));
    return null;
  }
  document.body.classList.add('is-sending');
  try {
    const answer = await upload(blob);
    const sound = { upload: answer.upload, name, duration_seconds: answer.seconds, path: '' };
    drawn(blob, sound);
    return sound;
  } catch (error) {
    sayProblem(error);
    return null;
  } finally {
    document.body.classList.remove('is-sending');
  }
}

/** Lets files be dropped on the page or pasted into it; `onsound(sound)` gets each, as long as `signal` holds. */
export function acceptFiles(words, onsound, signal) {
  const veil = h(
    'div',
    { class: 'veil', hidden: true },
    h(
      'div',
      { class: 'veil-words' },
      icon('file'),
      h('strong', {}, words),
      h('span', {}, 'It is compared, and forgotten after a quarter of an hour'),
    ),
  );
  document.body.append(veil);
  signal.addEventListener('abort', () => veil.remove());
  let depth = 0;
  const lower = () => {
    depth = 0;
    veil.hidden = true;
  };
  const on = (name, listener) => document.addEventListener(name, listener, { signal });
  on('dragenter', (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    depth += 1;
    veil.hidden = false;
  });
  on('dragleave', () => {
    depth -= 1;
    if (depth <= 0) lower();
  });
  on('dragover', (event) => hasFiles(event.dataTransfer) && event.preventDefault());
  on('drop', async (event) => {
    lower();
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    const sound = await takeIn(file, file.name);
    if (sound) onsound(sound);
  });
  on('paste', async (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    const sound = await takeIn(file, file.name);
    if (sound) onsound(sound);
  });
}

/** A button that opens the file dialogue; `onsound(sound)` gets what was chosen. */
export function fileButton(words, onsound) {
  const field = h('input', {
    type: 'file',
    accept: 'audio/*,.flac,.wav,.mp3,.ogg,.opus,.aiff,.m4a,.caf',
    hidden: true,
    onchange: async () => {
      const [file] = field.files;
      field.value = '';
      const sound = file ? await takeIn(file, file.name) : null;
      if (sound) onsound(sound);
    },
  });
  return [
    h(
      'button',
      { type: 'button', class: 'iconic', title: words, 'aria-label': words, onclick: () => field.click() },
      icon('file'),
    ),
    field,
  ];
}

function hasFiles(transfer) {
  return [...(transfer?.types ?? [])].includes('Files');
}

/** The outline of an upload; where the browser cannot read the file there is none, which is no harm. */
async function drawn(blob, sound) {
  const context = new OfflineAudioContext(1, 1, 16000);
  try {
    const decoded = await context.decodeAudioData(await blob.arrayBuffer());
    keepPeaks(sound, outline(decoded.getChannelData(0), OUTLINE_POINTS));
  } catch {
    keepPeaks(sound, []);
  }
}

// Owns how a sound from outside comes in: a file that is chosen, dropped or pasted is sent, and its outline drawn from
// the bytes.

import { upload } from '../api.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { outline } from './outline.js';
import { keepPeaks } from './peaks.js';
import { sayProblem } from './say.js';

const MOST_BYTES = 64 * 1024 * 1024;
const OUTLINE_POINTS = 1600;

/** Sends `blob`; gives a sound as the player and the lists know them, or null after saying what is wrong. */
export async function sendSound(blob, name) {
  if (blob.size > MOST_BYTES) {
    sayProblem(new Error(`“${name}” is larger than 64 MiB: index its folder instead`));
    return null;
  }
  document.body.classList.add('is-sending');
  try {
    const answer = await upload(blob);
    const sound = { upload: answer.upload, name, duration_seconds: answer.seconds, path: '' };
    drawOutline(blob, sound);
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
  const veil = veilWith(words);
  document.body.append(veil);
  signal.addEventListener('abort', () => veil.remove());
  const accept = async (event, [file]) => {
    if (!file) return;
    event.preventDefault();
    const sound = await sendSound(file, file.name);
    if (sound) onsound(sound);
  };
  raiseWhileDragged(veil, signal);
  document.addEventListener('drop', (event) => accept(event, event.dataTransfer.files), { signal });
  document.addEventListener('paste', (event) => accept(event, event.clipboardData.files), { signal });
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
      const sound = file ? await sendSound(file, file.name) : null;
      if (sound) onsound(sound);
    },
  });
  const button = h(
    'button',
    { type: 'button', class: 'iconic', title: words, 'aria-label': words, onclick: () => field.click() },
    icon('file'),
  );
  return [button, field];
}

function veilWith(words) {
  return h(
    'div',
    { class: 'veil', hidden: true },
    h(
      'div',
      { class: 'veil-words' },
      icon('file'),
      h('strong', {}, words),
      h('span', {}, 'The server deletes it after 15 minutes'),
    ),
  );
}

/** Shows `veil` while files are over the page. Each element the pointer enters counts, and each it leaves. */
function raiseWhileDragged(veil, signal) {
  let depth = 0;
  const moveTo = (to) => {
    depth = Math.max(0, to);
    veil.hidden = depth === 0;
  };
  const on = (name, listener) => document.addEventListener(name, listener, { signal });
  on('dragenter', (event) => hasFiles(event.dataTransfer) && moveTo(depth + 1));
  on('dragleave', () => moveTo(depth - 1));
  on('dragover', (event) => hasFiles(event.dataTransfer) && event.preventDefault());
  on('drop', () => moveTo(0));
}

function hasFiles(transfer) {
  return [...(transfer?.types ?? [])].includes('Files');
}

/** The outline of an upload; there is none where the browser cannot decode the file, and then the box stays empty. */
async function drawOutline(blob, sound) {
  const context = new OfflineAudioContext(1, 1, 16000);
  try {
    const decoded = await context.decodeAudioData(await blob.arrayBuffer());
    keepPeaks(sound, outline(decoded.getChannelData(0), OUTLINE_POINTS));
  } catch {
    keepPeaks(sound, []);
  }
}

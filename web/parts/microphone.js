// Owns a recording from the microphone: asks, shows the level, and hands over a WAV file.

import { h, fill } from './dom.js';
import { place } from './format.js';
import { icon } from './icons.js';
import { sayProblem } from './say.js';
import { takeIn } from './upload.js';

const LONGEST_SECONDS = 30;

/** A button that records; `onsound(sound)` gets the recording once it was sent. */
export function microphoneButton(onsound) {
  const button = h('button', { type: 'button', class: 'iconic', onclick: () => (stop ? stop() : begin()) });
  let stop = null;
  const idle = () => {
    stop = null;
    button.classList.remove('is-recording');
    button.setAttribute('aria-label', 'Record a sound');
    button.title = 'Record a sound and search by it';
    fill(button, icon('mic'));
  };
  idle();

  async function begin() {
    try {
      const recording = await record((level, seconds) => {
        button.style.setProperty('--level', level);
        button.lastElementChild.textContent = place(seconds);
        if (seconds >= LONGEST_SECONDS) stop?.();
      });
      button.classList.add('is-recording');
      button.setAttribute('aria-label', 'Stop, and search by the recording');
      button.title = 'Stop, and search by it';
      fill(button, icon('mic'), h('span', { class: 'figure' }, '0:00.0'));
      stop = async () => {
        idle();
        const sound = await takeIn(await recording.finish(), 'recording.wav');
        if (sound) onsound(sound);
      };
    } catch (error) {
      idle();
      sayProblem(
        new Error(
          error.name === 'NotAllowedError'
            ? 'The browser does not let this page hear the microphone; allow it beside the address'
            : `No recording: ${error.message}`,
        ),
      );
    }
  }
  return button;
}

/** Starts to record; `onlevel(level, seconds)` is told how loud it is. */
async function record(onlevel) {
  if (!navigator.mediaDevices) throw new Error('a microphone needs https or 127.0.0.1');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule(new URL('./recorder.js', import.meta.url));
  const recorder = new AudioWorkletNode(context, 'recorder');
  const blocks = [];
  let taken = 0;
  recorder.port.onmessage = ({ data }) => {
    blocks.push(data);
    taken += data.length;
    onlevel(
      data.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
      taken / context.sampleRate,
    );
  };
  context.createMediaStreamSource(stream).connect(recorder);
  return {
    async finish() {
      stream.getTracks().forEach((track) => track.stop());
      const rate = context.sampleRate;
      await context.close();
      return wav(blocks, taken, rate);
    },
  };
}

/** A mono 16-bit WAV file. */
function wav(blocks, length, rate) {
  const file = new DataView(new ArrayBuffer(44 + length * 2));
  const letters = (at, text) => [...text].forEach((letter, offset) => file.setUint8(at + offset, letter.charCodeAt(0)));
  letters(0, 'RIFF');
  file.setUint32(4, 36 + length * 2, true);
  letters(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, rate, true);
  file.setUint32(28, rate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  letters(36, 'data');
  file.setUint32(40, length * 2, true);
  let at = 44;
  for (const block of blocks) {
    for (const sample of block) {
      file.setInt16(at, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
      at += 2;
    }
  }
  return new Blob([file.buffer], { type: 'audio/wav' });
}

// Owns a recording from the microphone: asks for it, shows the level, and hands over a WAV file.

import { h, fill } from './dom.js';
import { clock } from './format.js';
import { icon } from './icons.js';
import { sayProblem } from './say.js';
import { sendSound } from './upload.js';
import { wavOf } from './wav.js';

const LONGEST_SECONDS = 30;

/** A button that records; `onsound(sound)` gets the recording once it has been sent. */
export function microphoneButton(onsound) {
  return new Microphone(onsound).button;
}

class Microphone {
  constructor(onsound) {
    this.onsound = onsound;
    this.recording = null;
    this.button = h('button', {
      type: 'button',
      class: 'iconic',
      onclick: () => (this.recording ? this.#stop() : this.#start()),
    });
    this.#drawIdle();
  }

  async #start() {
    try {
      this.recording = await record((level, seconds) => this.#onLevel(level, seconds));
      this.#drawRecording();
    } catch (error) {
      this.#drawIdle();
      sayProblem(new Error(refusalOf(error)));
    }
  }

  async #stop() {
    const { recording } = this;
    this.recording = null;
    this.#drawIdle();
    const sound = await sendSound(await recording.finish(), 'recording.wav');
    if (sound) this.onsound(sound);
  }

  #onLevel(level, seconds) {
    if (this.recording === null) return;
    this.button.style.setProperty('--level', level);
    this.button.lastElementChild.textContent = clock(seconds);
    if (seconds >= LONGEST_SECONDS) this.#stop();
  }

  #drawIdle() {
    this.button.classList.remove('is-recording');
    this.button.setAttribute('aria-label', 'Record a sound');
    this.button.title = 'Record a sound and search with it';
    fill(this.button, icon('mic'));
  }

  #drawRecording() {
    this.button.classList.add('is-recording');
    this.button.setAttribute('aria-label', 'Stop and search with the recording');
    this.button.title = 'Stop and search with the recording';
    fill(this.button, icon('mic'), h('span', { class: 'figure' }, '0:00.0'));
  }
}

function refusalOf(error) {
  return error.name === 'NotAllowedError'
    ? 'The browser is blocking the microphone; allow it in the address bar'
    : `Could not record: ${error.message}`;
}

/** Starts to record; `onlevel(level, seconds)` is told how loud it is. */
async function record(onlevel) {
  if (!navigator.mediaDevices) throw new Error('the microphone needs https or 127.0.0.1');
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
    onlevel(levelOf(data), taken / context.sampleRate);
  };
  context.createMediaStreamSource(stream).connect(recorder);
  return {
    async finish() {
      stream.getTracks().forEach((track) => track.stop());
      const rateHz = context.sampleRate;
      await context.close();
      return new Blob([wavOf(blocks, rateHz)], { type: 'audio/wav' });
    },
  };
}

function levelOf(block) {
  return block.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

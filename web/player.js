// Owns the one sound that plays. Others ask it to play and follow its events; it draws nothing.

import { audioUrl } from './api.js';
import { remember, remembered } from './parts/memory.js';
import { sayProblem } from './parts/say.js';
import { libraryName } from './session.js';

/** Files that some browsers cannot play but the server can decode; these are asked for as WAV at once. */
const DECODED_BY_SERVER = new Set(['aiff', 'aif', 'caf', 'mkv', 'wv', 'ape', 'alac']);

class Player extends EventTarget {
  constructor() {
    super();
    this.sound = null;
    this.until = null;
    this.region = null;
    this.isLooping = false;
    this.isWav = false;
    this.audio = new Audio();
    this.audio.preload = 'auto';
    this.audio.volume = remembered('volume', 0.8);
    for (const name of ['play', 'pause', 'ended', 'loadedmetadata'])
      this.audio.addEventListener(name, () => this.tell());
    this.audio.addEventListener('ended', () => this.#atEnd());
    this.audio.addEventListener('error', () => this.#onError());
    this.audio.addEventListener('play', () => this.#follow());
    this.audio.addEventListener('seeked', () => this.dispatchEvent(new Event('time')));
  }

  /** Whether `sound` is the one in the player. */
  holds(sound) {
    return this.sound !== null && sound !== null && key(this.sound) === key(sound);
  }

  get isPlaying() {
    return this.sound !== null && !this.audio.paused && !this.audio.ended;
  }

  get seconds() {
    return this.audio.currentTime;
  }

  get length() {
    return this.sound?.duration_seconds ?? (Number.isFinite(this.audio.duration) ? this.audio.duration : 0);
  }

  /** Plays `sound` ({ id } or { upload }, with name and duration) from `at` seconds on, up to `until` if given. */
  play(sound, { at = 0, until = null, region = null } = {}) {
    this.region = region;
    this.until = until;
    if (!this.holds(sound)) this.#load(sound, DECODED_BY_SERVER.has(sound.container));
    this.#start(at);
  }

  /** Plays or pauses; begins again at the end. */
  toggle(sound = this.sound, options = {}) {
    if (sound === null) return;
    if (!this.holds(sound)) this.play(sound, options);
    else if (this.isPlaying) this.audio.pause();
    else this.#start(this.audio.ended ? 0 : this.audio.currentTime);
  }

  /** Goes to a time in the sound that is loaded. */
  seek(seconds) {
    if (this.sound === null) return;
    this.until = null;
    this.audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.02));
    this.dispatchEvent(new Event('time'));
  }

  /** Puts the sound away. */
  stop() {
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.sound = null;
    this.tell();
  }

  setVolume(volume) {
    this.audio.volume = volume;
    remember('volume', volume);
  }

  setLooping(isLooping) {
    this.isLooping = isLooping;
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('change'));
  }

  #load(sound, asWav) {
    this.sound = sound;
    this.isWav = asWav;
    this.audio.src = audioUrl(sound, { library: sound.upload ? null : libraryName(), format: asWav ? 'wav' : null });
    this.tell();
  }

  #start(at) {
    const begin = () => {
      if (Math.abs(this.audio.currentTime - at) > 0.01) this.audio.currentTime = at;
      this.audio.play().catch((error) => {
        if (error.name === 'NotAllowedError')
          sayProblem(new Error('The browser needs a click before it can play sound'));
      });
    };
    if (this.audio.readyState > 0) begin();
    else {
      this.audio.addEventListener('loadedmetadata', begin, { once: true });
      this.audio.load();
    }
  }

  /** The browser cannot play the file: the server decodes it. */
  #onError() {
    if (this.sound === null || !this.audio.getAttribute('src')) return;
    if (this.isWav || this.sound.upload) {
      sayProblem(new Error(`“${this.sound.name}” cannot be played: it may have been moved since it was indexed`));
      this.tell();
      return;
    }
    const sound = this.sound;
    this.#load(sound, true);
    this.#start(0);
  }

  #atEnd() {
    if (this.isLooping) this.#start(this.region?.start ?? 0);
  }

  /** Tells the time while the sound plays, and stops or repeats it where it should. */
  #follow() {
    const step = () => {
      if (!this.isPlaying) return;
      const end = this.isLooping ? this.region?.end : this.until;
      if (end && this.audio.currentTime >= end) {
        if (this.isLooping) this.audio.currentTime = this.region.start;
        else this.audio.pause();
      }
      this.dispatchEvent(new Event('time'));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

/** The same for two objects that stand for the same sound. */
export function key(sound) {
  return sound.upload ? `upload ${sound.upload}` : `${libraryName()} ${sound.id}`;
}

export const player = new Player();

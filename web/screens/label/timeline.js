// Owns the lower part of the label screen: the timeline of the selected sound, or how to get one.

import { saveText } from '../../parts/carry.js';
import { FORMS } from '../../parts/clips.js';
import { fill, h } from '../../parts/dom.js';
import { wholeClock } from '../../parts/format.js';
import { failure, waiting } from '../../parts/say.js';
import { timelineView } from '../../parts/tracks.js';
import { fileButton } from '../../parts/upload.js';
import { DETAILS } from './state.js';
import { eventSounds, heardWords, storedWords } from './words.js';

/**
 * The panel; `onask()` asks for the timeline of the selected sound, `onsound(sound)` gets a file, `ondetail(detail)` how finely
 * it is heard.
 */
export class TimelinePanel {
  constructor({ onask, onsound, ondetail, signal }) {
    Object.assign(this, { onask, onsound, ondetail, signal, detail: '', listening: null });
    this.element = h('section', { class: 'panel timeline', 'aria-label': 'Timeline of one sound' });
  }

  /** Says how to get a timeline, of `sound` if one is selected. */
  drawHint(sound) {
    const button = h('button', { class: 'button', onclick: () => this.onask() }, 'Show its timeline');
    const hint = 'Play a sound above, or drop one here, to see where each label is heard.';
    fill(
      this.element,
      h(
        'div',
        { class: 'timeline-head' },
        h('h2', {}, 'Timeline'),
        h('span', { class: 'quiet-words' }, sound ? sound.name : hint),
        sound ? button : null,
        this.#detailField(),
        fileButton('Timeline of a file', this.onsound),
      ),
    );
  }

  #detailField() {
    const select = h(
      'select',
      { class: 'field field-auto', 'aria-label': 'How finely', onchange: () => this.ondetail(select.value) },
      DETAILS.map(([name, words]) => h('option', { value: name, selected: name === this.detail }, words)),
    );
    return select;
  }

  /**
   * Shows the timeline of `sound`: first what `ask.stored()` gives at once, if anything, then what `ask.whole(signal)` hears
   * in it, unless that is stopped. Gives the finest there is, or null if there is none.
   */
  async draw(sound, ask) {
    this.listening?.abort();
    const listening = new AbortController();
    this.listening = listening;
    this.signal.addEventListener('abort', () => listening.abort(), { signal: listening.signal });
    this.drawHint(sound);
    const status = h('p', { class: 'quiet-words timeline-status', role: 'status' });
    const view = h('div', {}, waiting(2));
    this.element.append(status, view);
    this.element.scrollIntoView({ block: 'nearest' });
    const show = (timeline) => fill(view, timelineView(sound, timeline, this.signal), exportButtons(sound, timeline));
    let best = null;
    try {
      best = await ask.stored();
      if (listening.signal.aborted) return null;
      if (best) show(best);
      this.#sayListening(status, best, listening);
      best = await ask.whole(listening.signal);
      show(best);
      status.textContent = heardWords(best);
    } catch (error) {
      if (this.listening !== listening) return null;
      if (error.name === 'AbortError') status.textContent = best ? `Stopped. ${storedWords(best)}` : 'Stopped';
      else if (best)
        status.textContent = `${storedWords(best)} It could not be heard: ${error.detail ?? error.message}`;
      else fill(view, failure(error, this.onask));
    }
    return best;
  }

  #sayListening(status, best, listening) {
    const since = performance.now();
    const stop = h('button', { type: 'button', class: 'link', onclick: () => listening.abort() }, 'Stop');
    const time = h('span', { class: 'figure', 'aria-hidden': 'true' });
    fill(status, best ? `${storedWords(best)} ` : '', 'Listening to the whole sound … ', time, ' ', stop);
    const tick = () => {
      if (!time.isConnected) return;
      time.textContent = wholeClock((performance.now() - since) / 1000);
      setTimeout(tick, 1000);
    };
    tick();
  }
}

/** The events leave the page as lists in the forms of other programs. */
function exportButtons(sound, timeline) {
  const events = eventSounds(sound, timeline.events);
  if (events.length === 0) return null;
  return h(
    'p',
    { class: 'notice-actions' },
    FORMS.map(([, words, ending, type, write]) =>
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => saveText(`${sound.name}.${ending}`, type, write(events)) },
        `Save as ${words}`,
      ),
    ),
  );
}

// Owns the lower part of the label screen: the timeline of the selected sound, or how to get one.

import { fill, h } from '../../parts/dom.js';
import { failure, waiting } from '../../parts/say.js';
import { timelineView } from '../../parts/tracks.js';
import { fileButton } from '../../parts/upload.js';

/** The panel; `onask()` asks for the timeline of the selected sound, `onsound(sound)` gets a file. */
export class TimelinePanel {
  constructor({ onask, onsound, signal }) {
    Object.assign(this, { onask, onsound, signal });
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
        fileButton('Timeline of a file', this.onsound),
      ),
    );
  }

  /** Shows the timeline that `found`, a promise, gives for `sound`. Gives it too, or null if it failed. */
  async draw(sound, found) {
    this.drawHint(sound);
    const view = h('div', {}, waiting(2));
    this.element.append(view);
    this.element.scrollIntoView({ block: 'nearest' });
    try {
      const timeline = await found;
      fill(view, timelineView(sound, timeline, this.signal));
      return timeline;
    } catch (error) {
      if (error.name !== 'AbortError') fill(view, failure(error, this.onask));
      return null;
    }
  }
}

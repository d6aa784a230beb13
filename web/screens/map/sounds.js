// Owns what is known of the sounds on the map: each is asked for once.

import * as api from '../../api.js';
import { named } from '../../parts/format.js';
import { libraryName } from '../../session.js';

export class MapSounds {
  constructor(signal) {
    Object.assign(this, { signal, known: new Map() });
  }

  /** The sound with that id, as a promise. */
  find(id) {
    if (!this.known.has(id)) {
      const asked = this.#ask(id);
      this.known.set(id, asked);
      // A failure is not kept, so the next call asks again.
      asked.catch(() => this.known.delete(id));
    }
    return this.known.get(id);
  }

  /** Forgets everything: labels have changed. */
  forget() {
    this.known.clear();
  }

  async #ask(id) {
    const file = await api.file(id, { library: libraryName() }, this.signal);
    return named({ ...file, id, moments: [] });
  }
}

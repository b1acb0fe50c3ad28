/** Which line is spoken when. */

import type { Line } from "../../episode/status";

interface Entry {
  readonly name: string;
  readonly start: number;
}

export class Timetable {
  readonly #entries: readonly Entry[];

  /** @param lines: in the order of the script; those without times are not spoken yet. */
  constructor(lines: readonly Line[]) {
    const spoken = lines.filter((line) => line.start_seconds !== null);
    this.#entries = spoken.map(({ line_id, start_seconds }) => ({ name: line_id, start: start_seconds ?? 0 }));
  }

  /** The line spoken at `seconds`, or last before it; null before the first. */
  at(seconds: number): string | null {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.start ?? 0) <= seconds) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low - 1]?.name ?? null;
  }
}

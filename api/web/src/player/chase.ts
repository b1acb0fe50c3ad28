/** Catching up with what is being made: what the server held back comes within a moment. */

import type { Recording } from "./recording";

/** How close to what was made last one can get, in seconds. */
export const EDGE = 1;
const LOOK_EVERY = 700;
/** Who receives no more than so many seconds within that time is where things are made. */
const CAUGHT_UP = 5;

export class Chase {
  readonly #audio: HTMLAudioElement;
  readonly #recording: () => Recording;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(audio: HTMLAudioElement, recording: () => Recording) {
    this.#audio = audio;
    this.#recording = recording;
  }

  get on(): boolean {
    return this.#timer !== undefined;
  }

  begin(): void {
    this.end();
    this.#goOn(this.#recording().end);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** While it lasts: go to the newest sound. */
  follow(): void {
    const { end, start } = this.#recording();
    if (this.on && end - this.#audio.currentTime > 2 * EDGE) {
      this.#audio.currentTime = Math.max(start, end - EDGE / 2);
    }
  }

  /** Until what comes is what is being made, and no more what was held back. */
  #goOn(before: number): void {
    this.#timer = setTimeout(() => {
      const { end } = this.#recording();
      if (end - before > CAUGHT_UP) this.#goOn(end);
      else this.#timer = undefined;
    }, LOOK_EVERY);
  }
}

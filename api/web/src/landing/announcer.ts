/** Words for those who listen to the page: at most one message in three seconds, the newest wins. */

const APART = 3000;

export class Announcer {
  readonly #place: HTMLElement | null;
  #waiting: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param place: an element with `role="status"`. */
  constructor(place: HTMLElement | null) {
    this.#place = place;
  }

  say(words: string): void {
    this.#waiting = words;
    if (this.#timer === undefined) this.#speak();
  }

  #speak(): void {
    this.#timer = undefined;
    if (this.#waiting === null || this.#place === null) return;
    this.#place.textContent = this.#waiting;
    this.#waiting = null;
    this.#timer = setTimeout(() => this.#speak(), APART);
  }
}

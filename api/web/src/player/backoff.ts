/** How long to wait before trying again: longer each time, and not all listeners at once. */

const FIRST = 400;
const MOST = 15_000;

export class Backoff {
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How often it failed since it last went well. */
  get failures(): number {
    return this.#failures;
  }

  /** Try again after a while; in place of what was to be tried before. */
  again(what: () => void): void {
    const longest = Math.min(MOST, FIRST * 2 ** this.#failures);
    this.#failures += 1;
    this.cancel();
    this.#timer = setTimeout(what, longest * (0.5 + Math.random() / 2));
  }

  succeeded(): void {
    this.#failures = 0;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

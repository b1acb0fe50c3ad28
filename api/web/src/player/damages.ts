/** What breaks now and then is mended each time; what breaks at once again is not. */

const FORGIVEN_AFTER = 60_000;

export class Damages {
  #count = 0;
  #last = 0;

  /** One more; how many there were with less than a minute between them. */
  add(): number {
    const now = performance.now();
    this.#count = now - this.#last > FORGIVEN_AFTER ? 1 : this.#count + 1;
    this.#last = now;
    return this.#count;
  }

  forgive(): void {
    this.#count = 0;
  }
}

/** Whether the stream server is reached; where it was lost, when it is tried again. */

import { Backoff } from "./backoff";
import { type Beginning, type Heard, Link } from "./link";

/** - lost: it broke off, and is to come back by itself.
 * - parked: the server put it down while it was told to hold; it comes back when more is wanted. */
type Standing = "well" | "lost" | "parked";

export class Reach {
  readonly link: Link;
  readonly #backoff = new Backoff();
  #standing: Standing = "well";

  constructor(heard: Heard) {
    this.link = new Link(heard);
  }

  get lost(): boolean {
    return this.#standing === "lost";
  }

  get parked(): boolean {
    return this.#standing === "parked";
  }

  /** How often it failed since sound came last. */
  get failures(): number {
    return this.#backoff.failures;
  }

  connect(address: string, beginning: Beginning): void {
    this.#backoff.cancel();
    if (!this.link.active) this.link.connect(address, beginning);
  }

  /** It answers. */
  opened(): void {
    this.#standing = "well";
  }

  /** Sound came: what failed before does not count. */
  succeeded(): void {
    this.#backoff.succeeded();
  }

  lose(): void {
    this.#standing = "lost";
  }

  park(): void {
    this.#standing = "parked";
  }

  /** Try again after a while; longer each time. */
  again(what: () => void): void {
    this.#backoff.again(what);
  }

  /** Hang up: nothing more is wanted of it. */
  leave(): void {
    this.#backoff.cancel();
    this.link.drop();
    this.#standing = "well";
  }
}

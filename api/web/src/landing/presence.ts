/** What elements know beside what they are given: whether there is a connection, and whether the next
 * cards are on their way.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

class Presence extends EventTarget {
  #online = navigator.onLine;
  #fetching = false;

  constructor() {
    super();
    for (const kind of ["online", "offline"]) addEventListener(kind, () => this.#set({ online: navigator.onLine }));
  }

  get online(): boolean {
    return this.#online;
  }

  get fetching(): boolean {
    return this.#fetching;
  }

  set fetching(fetching: boolean) {
    this.#set({ fetching });
  }

  #set({ online = this.#online, fetching = this.#fetching }): void {
    if (online === this.#online && fetching === this.#fetching) return;
    this.#online = online;
    this.#fetching = fetching;
    this.dispatchEvent(new Event("change"));
  }
}

export const presence = new Presence();

/** Shows an element anew when that changes. */
export class Attending implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #changed = () => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    presence.addEventListener("change", this.#changed);
  }

  hostDisconnected(): void {
    presence.removeEventListener("change", this.#changed);
  }
}

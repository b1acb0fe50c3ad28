/** What elements know beside what they are given: whether there is a connection, whether the next
 * cards are on their way, and how long an episode is to be at most.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** The facade's own choice (`UserPreferences.length_minutes`). */
const USUAL_MINUTES = 5;

class Presence extends EventTarget {
  #online = navigator.onLine;
  #fetching = false;
  #minutes = USUAL_MINUTES;

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

  /** How long an episode will be: it is written to the listener's wish, and no longer than its story fills.
   *  @param estimate: minutes that its story fills; 0, undefined: not known.
   */
  minutesOf(estimate: number | undefined): number {
    return Math.min(estimate || Infinity, this.#minutes);
  }

  /** The listener's wish. */
  set minutes(wanted: unknown) {
    this.#set({ minutes: typeof wanted === "number" ? wanted : USUAL_MINUTES });
  }

  #set({ online = this.#online, fetching = this.#fetching, minutes = this.#minutes }): void {
    if (online === this.#online && fetching === this.#fetching && minutes === this.#minutes) return;
    this.#online = online;
    this.#fetching = fetching;
    this.#minutes = minutes;
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

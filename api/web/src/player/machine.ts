/** What a listener is told of the player, and which of these may follow which. */

export const STATES = [
  "idle", // nobody has pressed play
  "waiting", // for the first sound
  "playing",
  "stalled", // the sound ran out; more is coming
  "paused", // by the listener
  "reconnecting", // the connection is lost; what was received plays on
  "ended",
  "error", // it does not go on by itself
] as const;

export type State = (typeof STATES)[number];

const NEXT: Record<State, readonly State[]> = {
  idle: ["waiting", "playing", "paused", "reconnecting", "error"],
  waiting: ["playing", "stalled", "paused", "reconnecting", "ended", "error"],
  playing: ["waiting", "stalled", "paused", "reconnecting", "ended", "error"],
  stalled: ["waiting", "playing", "paused", "reconnecting", "ended", "error"],
  paused: ["waiting", "playing", "stalled", "reconnecting", "ended", "error"],
  reconnecting: ["waiting", "playing", "stalled", "paused", "ended", "error"],
  ended: ["waiting", "playing", "stalled", "paused", "error"], // heard again, or sought back
  error: ["waiting"], // tried again by the listener
};

/** Refuses what does not follow: it stays where it is and says so, since that is a fault of ours. */
export class Machine {
  #state: State = "idle";
  readonly #changed: (state: State, before: State) => void;

  constructor(changed: (state: State, before: State) => void) {
    this.#changed = changed;
  }

  get state(): State {
    return this.#state;
  }

  /** Go to `next`; false where that does not follow. To stay is always allowed. */
  move(next: State): boolean {
    const before = this.#state;
    if (next === before) return true;
    if (!NEXT[before].includes(next)) {
      console.error(`The player cannot go from ${before} to ${next}.`);
      return false;
    }
    this.#state = next;
    this.#changed(next, before);
    return true;
  }
}

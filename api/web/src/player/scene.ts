/** What there is to show of a player. */

import type { State } from "./machine";

/** All times in seconds. */
export interface Scene {
  readonly state: State;
  /** What is to be said besides the state, or empty. */
  readonly note: string;
  /** Whether the sound is made to go on as soon as it can. */
  readonly wanted: boolean;
  readonly position: number;
  /** What can be gone to. */
  readonly from: number;
  readonly to: number;
  /** Whether more is being made. */
  readonly growing: boolean;
  readonly minutes: number | null;
}

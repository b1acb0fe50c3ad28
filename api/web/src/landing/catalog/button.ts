/** The button by which something is heard: it fills while that is made. */

import { html, nothing, type TemplateResult } from "lit";
import { ifDefined } from "lit/directives/if-defined.js";

/** How far an episode is, as a component's properties have it. */
export interface Heard {
  readonly state?: string;
  readonly stateText?: string;
  readonly progress?: number;
}

const STATES = ["idle", "making", "ready", "failed"];

export function stateOf({ state = "idle" }: Heard): string {
  return STATES.includes(state) ? state : "idle";
}

/** @param words: what it says, and says more of to those who listen.
 *  @param minutes: how long it will be; null: not said.
 */
export function listenButton(heard: Heard, words: unknown, minutes: number | null, away: boolean, press: () => void): TemplateResult {
  const making = stateOf(heard) === "making";
  const length = html`<span class="minutes" aria-hidden="true">${minutes} min</span>`;
  return html`<button class="listen" type="button" ?disabled=${away} aria-busy=${ifDefined(making || undefined)} @click=${press}>
    ${making ? html`<progress class="fill" max="1" .value=${share(heard.progress)} aria-hidden="true"></progress>` : nothing}
    <span class="listen-words">${words}</span>
    ${making || minutes === null ? nothing : length}
  </button>`;
}

function share(progress: unknown): number {
  return Math.min(1, Math.max(0, Number(progress) || 0));
}

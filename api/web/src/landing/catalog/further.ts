/** `Further`: what leads on from a search. Looking further for its words, or an episode made of them. */

import { html, nothing } from "lit";
import { Attending, presence } from "../presence";
import { type Heard, listenButton, stateOf } from "./button";
import { define, Part } from "./part";
import { Further } from "./schemas";

interface Properties extends Heard {
  readonly text: string;
  readonly words: string;
  readonly lookState: string;
  readonly lookText: string;
  readonly look: () => void;
  readonly make: () => void;
}

class FurtherPart extends Part<Properties> {
  constructor() {
    super();
    new Attending(this);
  }

  override render() {
    const { text, stateText, lookState = "idle", lookText = "" } = this.properties;
    const state = stateOf(this.properties);
    return html`<section class="further" aria-labelledby="further-heading" data-state=${state} data-look=${lookState}>
      <p class="further-text" id="further-heading">${text}</p>
      <div class="further-actions">${this.#look(lookState === "looking")}${this.#make(state)}</div>
      ${state === "failed" ? html`<p class="trouble" dir="auto">${stateText}</p>` : nothing}
      <p class="further-said" role="status">${lookText}</p>
    </section>`;
  }

  #look(looking: boolean) {
    const { words = "", look } = this.properties;
    const press = () => looking || look?.();
    return html`<button class="plain further-look" type="button" ?disabled=${!presence.online} aria-busy=${looking} @click=${press}>Look
      further for ${quoted(words)}</button>`;
  }

  #make(state: string) {
    const { words = "", make } = this.properties;
    const away = !presence.online && state !== "making";
    return listenButton(this.properties, this.#wordsOf(state, words), null, away, () => presence.online && make?.());
  }

  #wordsOf(state: string, words: string) {
    const { stateText } = this.properties;
    if (state === "making") return html`${stateText || "Beginning"}<span class="unseen">: the episode of ${words}</span>`;
    if (state === "ready") return html`Play the episode of ${quoted(words)}`;
    if (state === "failed") return html`Try again<span class="unseen"> with an episode of ${words}</span>`;
    return html`Make an episode of ${quoted(words)}`;
  }
}

function quoted(words: string) {
  return html`“<bdi class="further-words">${words}</bdi>”`;
}

define(Further, FurtherPart);

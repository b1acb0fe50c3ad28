/** A line above the stories while something is wrong, and a pill over them when there are new ones. */

import { html, nothing, render } from "lit";
import type { Actions } from "./actions";
import { presence } from "./presence";
import type { Trouble } from "./trouble";

const OFFLINE = "You are offline. What is here stays; new stories come when you are back.";

export class Banner {
  readonly #place = document.createElement("div");
  readonly #actions: Actions;
  #trouble: Trouble | null = null;
  #fresh = 0;

  /** @param before: what it stands above. */
  constructor(before: HTMLElement, actions: Actions) {
    this.#actions = actions;
    this.#place.className = "banners";
    before.before(this.#place);
    presence.addEventListener("change", () => this.#render());
    this.#render();
  }

  /** What is wrong; null: nothing any more. */
  set trouble(trouble: Trouble | null) {
    this.#trouble = trouble;
    this.#render();
  }

  /** How many new stories wait. */
  set fresh(count: number) {
    this.#fresh = count;
    this.#render();
  }

  #render(): void {
    render(html`${this.#line()}${this.#pill()}`, this.#place);
  }

  #line() {
    if (!presence.online) return html`<p class="banner" data-tone="offline">${OFFLINE}</p>`;
    const trouble = this.#trouble;
    if (!trouble) return nothing;
    return html`<p class="banner" data-tone="error">${trouble.message} ${this.#way(trouble)}</p>`;
  }

  #way({ kind }: Trouble) {
    if (kind === "signed-out") {
      const next = encodeURIComponent(location.pathname + location.search);
      return html`<a href="/login?next=${next}">Sign in</a>`;
    }
    return html`<button class="quiet-button" type="button" @click=${() => this.#actions.ask("retry", {})}>Try again</button>`;
  }

  #pill() {
    if (!this.#fresh) return nothing;
    const words = this.#fresh === 1 ? "1 new story" : `${this.#fresh} new stories`;
    return html`<button class="pill" type="button" @click=${() => this.#actions.ask("show_new", {})}>${words}</button>`;
  }
}

/** What a person told about themselves: categories liked and muted, how an episode is to be. */

import type { Api } from "./api";
import type { Preferences, SessionAnswer } from "./answers";
import { presence } from "./presence";

export type Wish = "liked" | "muted" | "neither";

export class Session {
  readonly #api: Api;
  #preferences: Preferences = {};
  /** Wishes are kept one after another: each begins with what the one before it left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(api: Api, given: SessionAnswer | null) {
    this.#api = api;
    this.#take(given);
  }

  get preferences(): Preferences {
    return this.#preferences;
  }

  /** What is kept by now. */
  learn(): Promise<void> {
    return this.#next(() => this.#learn());
  }

  likes(category: string): boolean {
    return this.#preferences.liked?.includes(category) ?? false;
  }

  /** Prefer a category, never see it, or neither. Rejects where it could not be kept. What another
   * window chose meanwhile stays.
   */
  wish(category: string, wish: Wish): Promise<void> {
    return this.#next(() => this.#wish(category, wish));
  }

  /** Change preferences; what is not named stays. */
  prefer(preferences: Preferences): Promise<void> {
    return this.#next(() => this.#prefer(preferences));
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => {}); // whoever asked is told
    return done;
  }

  async #wish(category: string, wish: Wish): Promise<void> {
    await this.#learn();
    const { liked = [], muted = [] } = this.#preferences;
    const without = (all: readonly string[]) => all.filter((each) => each !== category);
    await this.#prefer({
      liked: wish === "liked" ? [...without(liked), category] : without(liked),
      muted: wish === "muted" ? [...without(muted), category] : without(muted),
    });
  }

  async #learn(): Promise<void> {
    this.#take(await this.#api.session());
  }

  async #prefer(preferences: Preferences): Promise<void> {
    this.#take(await this.#api.prefer(preferences));
  }

  #take(answer: SessionAnswer | null): void {
    this.#preferences = answer?.preferences ?? {};
    presence.minutes = this.#preferences["length_minutes"];
  }
}

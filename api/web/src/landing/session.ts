/** What a person told about themselves: categories liked and muted, and whether it is dark. */

import type { Api } from "./api";
import type { Preferences, SessionAnswer } from "./answers";

export type Wish = "liked" | "muted" | "neither";

export class Session {
  readonly #api: Api;
  #preferences: Preferences;

  constructor(api: Api, given: SessionAnswer | null) {
    this.#api = api;
    this.#preferences = given?.preferences ?? {};
  }

  get preferences(): Preferences {
    return this.#preferences;
  }

  /** What is kept by now. */
  async learn(): Promise<void> {
    this.#preferences = (await this.#api.session()).preferences;
  }

  likes(category: string): boolean {
    return this.#preferences.liked?.includes(category) ?? false;
  }

  /** Prefer a category, never see it, or neither. Rejects where it could not be kept. */
  async wish(category: string, wish: Wish): Promise<void> {
    const { liked = [], muted = [] } = this.#preferences;
    const without = (all: readonly string[]) => all.filter((each) => each !== category);
    await this.prefer({
      liked: wish === "liked" ? [...without(liked), category] : without(liked),
      muted: wish === "muted" ? [...without(muted), category] : without(muted),
    });
  }

  /** Change preferences; what is not named stays. */
  async prefer(preferences: Preferences): Promise<void> {
    this.#preferences = (await this.#api.prefer(preferences)).preferences;
  }
}

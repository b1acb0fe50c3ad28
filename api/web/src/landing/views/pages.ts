/** Every page of ours by its address; which of the head's links is the present one. */

import type { Actions } from "../actions";
import type { Given } from "../given";
import type { Place } from "../router";
import type { Stories } from "../stories";

/** Whether a page is still the one that is wanted: who waited for an answer looks first. */
export type Wanted = () => boolean;

/** A page that is not one of stories. */
export interface View {
  show(place: Place, given: Given | null, wanted: Wanted): Promise<unknown>;
  /** Another page takes the place. */
  leave?(): void;
}

export class Pages {
  readonly #stories: Stories;
  readonly #views: readonly (readonly [RegExp, View])[];
  #shown: View | null = null;
  #place: Place | null = null;
  #turn = 0;

  constructor(actions: Actions, stories: Stories, views: readonly (readonly [RegExp, View])[]) {
    this.#stories = stories;
    this.#views = views;
    actions.on("retry", () => {
      if (this.#place) void this.#shown?.show(this.#place, null, this.#next());
    });
  }

  /** @param given: what the server sent with the page, if it did. */
  async show(place: Place, given: Given | null = null): Promise<void> {
    const wanted = this.#next();
    this.#shown?.leave?.();
    this.#place = place;
    this.#shown = this.#views.find(([address]) => address.test(place.path))?.[1] ?? null;
    pointOut(place.path);
    if (this.#shown) {
      this.#stories.leave();
      await this.#shown.show(place, given, wanted);
    } else {
      await this.#stories.show(place, given);
    }
  }

  #next(): Wanted {
    const turn = ++this.#turn;
    return () => turn === this.#turn;
  }
}

function pointOut(path: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".masthead nav a")) {
    if (link.pathname === path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

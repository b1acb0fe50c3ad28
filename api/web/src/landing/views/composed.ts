/** A page that the server composes and that nothing is added to: the episodes of one's own. */

import type { Api } from "../api";
import type { Given } from "../given";
import type { Place } from "../router";
import { failed, loading } from "../states";
import type { Surface } from "../surface";
import { Trouble } from "../trouble";
import type { View, Wanted } from "./pages";

export class Composed implements View {
  readonly #api: Api;
  readonly #surface: Surface;
  readonly #id: string;
  readonly #title: string;

  /** @param id: the surface's. @param title: while it is fetched, and in the window's head. */
  constructor(api: Api, surface: Surface, id: string, title: string) {
    this.#api = api;
    this.#surface = surface;
    this.#id = id;
    this.#title = title;
  }

  /** What it was made from; null where it could not be had, or is not wanted any more. */
  async show({ address }: Place, given: Given | null, wanted: Wanted): Promise<Given["answer"]> {
    document.title = `${this.#title} · Aethercast`;
    try {
      if (!given && this.#surface.id !== this.#id) this.#surface.show(loading(this.#id, this.#title));
      const { answer } = given ?? (await this.#api.page(address));
      if (!wanted()) return null;
      if (!answer?.ui) throw Trouble.of(null);
      this.#surface.show(answer.ui.messages);
      return answer;
    } catch (reason) {
      if (!wanted()) return null;
      this.#surface.show(failed(this.#id, Trouble.of(reason), this.#title));
      return null;
    }
  }
}

/** A story and what lies deeper: what is near at once, what is made of its sources as it comes. */

import type { Actions } from "../actions";
import type { Api } from "../api";
import type { Banner } from "../banner";
import { build } from "../dock/build";
import { keyOf } from "../dock/keys";
import type { Given } from "../given";
import type { CardEvent, Live } from "../live";
import type { Message } from "../message";
import type { Place, Router } from "../router";
import type { Surface } from "../surface";
import { Trouble } from "../trouble";
import { Composed } from "./composed";
import { sourcesOf, type Told } from "./sources";
import type { View } from "./pages";

const ID = "topic";

interface Around {
  readonly actions: Actions;
  readonly api: Api;
  readonly banner: Banner;
  readonly live: Live;
  readonly surface: Surface;
  readonly router: () => Router;
}

export class Topic implements View {
  readonly #around: Around;
  readonly #page: Composed;
  /** Topics that somebody asked to go deeper into, on this visit. */
  readonly #asked = new Set<string>();
  readonly #sources = build("section", "page", { id: "sources", "aria-labelledby": "sources-heading" });
  #shown = "";

  constructor(around: Around) {
    this.#around = around;
    this.#page = new Composed(around.api, around.surface, ID, "Deeper");
    around.actions.on("explore", ({ topicId }) => {
      if (topicId) this.#go(topicId);
    });
  }

  async show(place: Place, given: Given | null): Promise<void> {
    this.#shown = place.path;
    const answer = (await this.#page.show(place, given)) as Told | null;
    if (this.#shown !== place.path || !answer) return;
    document.title = `${answer.title} · Aethercast`;
    this.#sources.replaceChildren(...sourcesOf(answer));
    document.getElementById("surface")?.after(this.#sources);
    const topicId = place.path.split("/").pop() ?? "";
    if (this.#asked.has(topicId)) await this.#explore(topicId);
  }

  leave(): void {
    this.#shown = "";
    this.#sources.remove();
    this.#around.live.close();
    this.#around.banner.trouble = null;
  }

  #go(topicId: string): void {
    this.#asked.add(topicId);
    void this.#around.router().go(`/topics/${topicId}`);
  }

  async #explore(topicId: string): Promise<void> {
    const { api, banner, live } = this.#around;
    try {
      const { workflow_id: workflow } = await api.explore({ topic_id: topicId }, keyOf(`explore/${topicId}`));
      if (this.#shown) live.follow({ card: (event) => this.#arrive(event) }, { workflow });
    } catch (reason) {
      if (this.#shown) banner.trouble = Trouble.of(reason);
    }
  }

  /** Cards come addressed to the page of all stories. */
  #arrive({ snippet, ui }: CardEvent): void {
    const { surface } = this.#around;
    if (surface.id !== ID) return;
    surface.apply(ui.map(toHere));
    surface.add(snippet.snippet_id);
  }
}

function toHere(message: Message): Message {
  const { updateComponents: components, updateDataModel: data } = message;
  return {
    ...message,
    ...(components && { updateComponents: { ...components, surfaceId: ID } }),
    ...(data && { updateDataModel: { ...data, surfaceId: ID } }),
  };
}

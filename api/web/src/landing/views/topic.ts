/** A story and what lies deeper: what is near at once, what is made of its sources as it comes. */

import type { Actions } from "../actions";
import type { Api } from "../api";
import { build } from "../dock/build";
import { dropKey, keyOf } from "../dock/keys";
import type { Given } from "../given";
import type { CardEvent, Live } from "../live";
import { type Message, VERSION } from "../message";
import type { Place, Router } from "../router";
import type { Surface } from "../surface";
import { Trouble } from "../trouble";
import { Composed } from "./composed";
import { sourcesOf, type Told } from "./sources";
import type { View, Wanted } from "./pages";

const ID = "topic";
/** Where there was nothing near by yet: a list for it, as the server writes one. */
const NEAR: readonly Message[] = [{
  version: VERSION,
  updateComponents: {
    surfaceId: ID,
    components: [
      { id: "root", component: "Page", title: { path: "/page/title" }, children: ["search", "grid", "near-heading", "near"] },
      { id: "near-heading", component: "SectionHeading", level: 2, text: "Near to it" },
      { id: "near", component: "CardGrid", label: "Near to it", layout: "even", children: [] },
    ],
  },
}];
/** A stream begins with how the exploration stands: what it made already is told behind that. */
const AFTERWARDS = 500;

interface Around {
  readonly actions: Actions;
  readonly api: Api;
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
  readonly #said = build("p", "deeper-said", { role: "status" });
  #shown = "";
  /** The topic that is gone deeper into. */
  #topicId = "";
  /** Cards that came of it. */
  readonly #found = new Set<string>();

  constructor(around: Around) {
    this.#around = around;
    this.#page = new Composed(around.api, around.surface, ID, "A story");
    around.actions.on("explore", ({ topicId }) => {
      if (topicId) this.#go(topicId);
    });
  }

  async show(place: Place, given: Given | null, wanted: Wanted): Promise<void> {
    this.#shown = place.path;
    const answer = (await this.#page.show(place, given, wanted)) as Told | null;
    if (this.#shown !== place.path || !answer) return;
    document.title = `${answer.title} · Aethercast`;
    this.#say("");
    this.#sources.replaceChildren(this.#said, ...sourcesOf(answer));
    await this.#around.surface.insert(this.#sources);
    if (!wanted()) return;
    const topicId = place.path.split("/").pop() ?? "";
    if (this.#asked.has(topicId)) await this.#explore(topicId);
  }

  leave(): void {
    this.#shown = "";
    this.#sources.remove();
    this.#around.live.close();
  }

  #go(topicId: string): void {
    this.#asked.add(topicId);
    if (this.#shown === `/topics/${topicId}`) void this.#explore(topicId);
    else void this.#around.router().go(`/topics/${topicId}`);
  }

  async #explore(topicId: string): Promise<void> {
    const { api, live } = this.#around;
    const shown = this.#shown;
    this.#topicId = topicId;
    this.#found.clear();
    this.#say("Looking deeper into it…");
    this.#said.scrollIntoView({ block: "nearest" });
    try {
      const { workflow_id: workflow } = await api.explore({ topic_id: topicId }, keyOf(keyed(topicId)));
      if (this.#shown === shown) live.follow(this.#told, { workflow }); // told from its first card on
    } catch (reason) {
      if (Trouble.of(reason).problem === "idempotency-key-reused") dropKey(keyed(topicId));
      this.#asked.delete(topicId);
      if (this.#shown === shown) this.#say(Trouble.of(reason).message);
    }
  }

  readonly #told = {
    card: (event: CardEvent): void => this.#arrive(event),
    refresh: (status: string | null): void => {
      const shown = this.#shown;
      if (status === null || status === "GENERATING") return;
      setTimeout(() => this.#shown === shown && this.#end(status), AFTERWARDS);
    },
  };

  /** It is over: the next press begins another one. */
  #end(status: string): void {
    this.#around.live.close();
    dropKey(keyed(this.#topicId));
    this.#asked.delete(this.#topicId);
    const { size } = this.#found;
    const failed = status === "FAILED" || status === "CANCELLED";
    if (size) this.#say(`${size} found deeper in it.`);
    else this.#say(failed ? "It could not be looked into just now." : "There is nothing deeper in it for now.");
  }

  #say(words: string): void {
    this.#said.textContent = words;
  }

  /** Cards come addressed to the page of all stories. */
  #arrive({ snippet, ui }: CardEvent): void {
    const { surface } = this.#around;
    if (surface.id !== ID) return;
    this.#found.add(snippet.snippet_id);
    if (surface.cardIds.length === 1 && !surface.has(snippet.snippet_id)) surface.apply(NEAR);
    surface.apply(ui.map(toHere));
    surface.add(snippet.snippet_id);
  }
}

/** By what name the key of an exploration is kept. */
function keyed(topicId: string): string {
  return `explore/${topicId}`;
}

function toHere(message: Message): Message {
  const { updateComponents: components, updateDataModel: data } = message;
  return {
    ...message,
    ...(components && { updateComponents: { ...components, surfaceId: ID } }),
    ...(data && { updateDataModel: { ...data, surfaceId: ID } }),
  };
}

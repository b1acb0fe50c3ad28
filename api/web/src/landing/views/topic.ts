/** A story and what lies deeper: what is near at once, what is made of its sources as it comes. */

import type { Actions } from "../actions";
import type { Api } from "../api";
import { build, write } from "../dock/build";
import { Exploring, type Progress } from "../exploring";
import type { Given } from "../given";
import type { Live } from "../live";
import type { Place, Router } from "../router";
import type { Surface } from "../surface";
import { Composed } from "./composed";
import { sourcesOf, type Told } from "./sources";
import type { View, Wanted } from "./pages";

const ID = "topic";
const NEAR = "Near to it";

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
  readonly #exploring: Exploring;
  /** Topics that somebody asked to go deeper into, on this visit. */
  readonly #asked = new Set<string>();
  readonly #sources = build("section", "page", { id: "sources", "aria-labelledby": "sources-heading" });
  readonly #said = build("p", "deeper-said", { role: "status" });
  #shown = "";

  constructor(around: Around) {
    this.#around = around;
    this.#page = new Composed(around.api, around.surface, ID, "A story");
    this.#exploring = new Exploring(around, { id: ID, heading: NEAR }, (progress) => this.#tell(progress));
    around.actions.on("explore", ({ topicId }) => {
      if (topicId) this.#go(topicId);
    });
  }

  async show(place: Place, given: Given | null, wanted: Wanted): Promise<void> {
    this.#shown = place.path;
    const answer = (await this.#page.show(place, given, wanted)) as Told | null;
    if (this.#shown !== place.path || !answer) return;
    document.title = `${answer.title} · Aethercast`;
    this.#said.textContent = "";
    this.#sources.replaceChildren(this.#said, ...sourcesOf(answer));
    await this.#around.surface.insert(this.#sources);
    if (wanted() && this.#asked.has(this.#topicId)) await this.#explore(this.#topicId);
  }

  leave(): void {
    this.#shown = "";
    this.#sources.remove();
    this.#exploring.leave();
  }

  get #topicId(): string {
    return this.#shown.split("/").pop() ?? "";
  }

  #go(topicId: string): void {
    this.#asked.add(topicId);
    if (this.#shown === `/topics/${topicId}`) void this.#explore(topicId);
    else void this.#around.router().go(`/topics/${topicId}`);
  }

  async #explore(topicId: string): Promise<void> {
    const asked = this.#exploring.ask({ topic_id: topicId });
    this.#said.scrollIntoView({ block: "nearest" });
    await asked;
  }

  #tell({ stage, found, words }: Progress): void {
    if (stage !== "looking") this.#asked.delete(this.#topicId);
    write(this.#said, words || wordsOf(stage, found));
  }
}

function wordsOf(stage: Progress["stage"], found: number): string {
  if (stage === "looking") return "Looking deeper into it…";
  if (found) return `${found} found deeper in it.`;
  return stage === "failed" ? "It could not be looked into just now." : "There is nothing deeper in it for now.";
}

/** Looks for new cards, and puts what comes of it below what is shown, card by card. */

import type { Api, Question } from "./api";
import { dropKey, underKey } from "./dock/keys";
import type { CardEvent, Live } from "./live";
import type { Message } from "./message";
import type { Surface } from "./surface";
import { Trouble } from "./trouble";

/** How it goes: `found` cards so far; `refused`: why nothing was begun. */
export interface Progress {
  readonly stage: "looking" | "done" | "failed" | "refused";
  readonly found: number;
  readonly words: string;
}

/** An exploration, as a page tells of it. */
export interface Standing {
  readonly workflow_id: string;
  readonly status: string;
}

interface Around {
  readonly api: Api;
  readonly live: Live;
  readonly surface: Surface;
}

/** Where the cards go. */
interface Place {
  /** The surface. */
  readonly id: string;
  /** Over the list of them. */
  readonly heading: string;
}

/** A stream begins with how the exploration stands: what it made already is told behind that. */
const AFTERWARDS = 500;

export class Exploring {
  readonly #around: Around;
  readonly #place: Place;
  readonly #say: (progress: Progress) => void;
  readonly #found = new Set<string>();
  /** Counts what was asked for: what comes of an earlier question is not told under a later one. */
  #turn = 0;
  /** What its key is kept under. */
  #name = "";

  constructor(around: Around, place: Place, say: (progress: Progress) => void) {
    this.#around = around;
    this.#place = place;
    this.#say = say;
  }

  /** Ask for it; the same again joins what is at work.
   *  @returns what it is called, or null where it was refused, or nobody looks any more.
   */
  async ask(what: Question): Promise<string | null> {
    const name = nameOf(what);
    this.#begin(name);
    const turn = this.#turn;
    this.#tell("looking");
    try {
      const { workflow_id } = await underKey(name, (key) => this.#around.api.explore(what, key));
      if (turn !== this.#turn) return null;
      this.#around.live.follow(this.#told, { workflow: workflow_id }); // told from its first card on
      return workflow_id;
    } catch (reason) {
      if (turn === this.#turn) this.#tell("refused", Trouble.of(reason).message);
      return null;
    }
  }

  /** Go on with one for words that a page from the server tells of; one that is over is only let go. */
  resume(words: string, { workflow_id: workflow, status }: Standing): void {
    this.#begin(nameOf({ query: words }));
    if (status === "GENERATING") this.#around.live.follow(this.#told, { workflow });
    else dropKey(this.#name);
  }

  /** Another page takes the place. */
  leave(): void {
    this.#turn += 1;
    this.#around.live.close();
  }

  #begin(name: string): void {
    this.#turn += 1;
    this.#name = name;
    this.#found.clear();
  }

  readonly #told = {
    card: (event: CardEvent): void => this.#arrive(event),
    refresh: (status: string | null): void => {
      const turn = this.#turn;
      if (status === null || status === "GENERATING") return;
      setTimeout(() => turn === this.#turn && this.#end(status), AFTERWARDS);
    },
  };

  /** It is over: the next press begins another one. */
  #end(status: string): void {
    this.#around.live.close();
    dropKey(this.#name);
    this.#tell(status === "FAILED" || status === "CANCELLED" ? "failed" : "done");
  }

  /** Cards come addressed to the page of all stories. */
  #arrive({ snippet, ui }: CardEvent): void {
    const { surface } = this.#around;
    if (surface.id !== this.#place.id) return;
    this.#found.add(snippet.snippet_id);
    const label = this.#place.heading;
    if (!surface.has(snippet.snippet_id)) {
      surface.append([
        { id: "near-heading", component: "SectionHeading", level: 2, text: label },
        { id: "near", component: "CardGrid", label, layout: "even", children: [] },
      ]);
    }
    surface.apply(ui.map((message) => toHere(message, this.#place.id)));
    surface.add(snippet.snippet_id);
    this.#tell("looking");
  }

  #tell(stage: Progress["stage"], words = ""): void {
    this.#say({ stage, words, found: this.#found.size });
  }
}

function nameOf(what: Question): string {
  return `explore/${"query" in what ? `words/${what.query}` : what.topic_id}`;
}

function toHere(message: Message, surfaceId: string): Message {
  const { updateComponents: components, updateDataModel: data } = message;
  return {
    ...message,
    ...(components && { updateComponents: { ...components, surfaceId } }),
    ...(data && { updateDataModel: { ...data, surfaceId } }),
  };
}

/** What a person may ask for on a page. The first seven are the catalogue's and come from what the server
 * sent; the others are the page's own. Who answers is told by name, in order of saying so.
 */

export interface Asked {
  /** `podcastId`: of the episode that the story has already, or empty. */
  listen: { readonly topicId: string; readonly snippetId: string; readonly podcastId?: string };
  /** Deeper into a topic, or further for words. */
  explore: { readonly topicId?: string; readonly query?: string };
  /** `asked`: names the search for these words, where what becomes of it is shown. */
  make_episode: { readonly query: string; readonly asked: string };
  choose_category: { readonly category: string };
  search: { readonly q: string };
  more: { readonly cursor: string };
  open_episode: { readonly podcastId: string };
  /** Do again what failed. */
  retry: Record<string, never>;
  /** Show what came meanwhile. */
  show_new: Record<string, never>;
  /** Prefer a category, never see it, or neither. */
  wish: { readonly category: string; readonly wish: "liked" | "muted" | "neither" };
}

export type ActionName = keyof Asked;
type Answer<Name extends ActionName> = (asked: Asked[Name]) => void;

/** What must be in the context of each; all values are words. */
const NEEDED: Record<ActionName, readonly string[]> = {
  listen: ["topicId", "snippetId"],
  explore: [],
  make_episode: ["query", "asked"],
  choose_category: ["category"],
  search: ["q"],
  more: ["cursor"],
  open_episode: ["podcastId"],
  retry: [],
  show_new: [],
  wish: ["category", "wish"],
};

export class Actions {
  readonly #answers = new Map<string, Set<(asked: never) => void>>();

  /** Answer an action from now on; the result ends that. */
  on<Name extends ActionName>(name: Name, answer: Answer<Name>): () => void {
    const answers = this.#answers.get(name) ?? new Set();
    this.#answers.set(name, answers.add(answer));
    return () => answers.delete(answer);
  }

  /** Somebody asks for it, in the handler of their press. */
  ask<Name extends ActionName>(name: Name, asked: Asked[Name]): void {
    for (const answer of this.#answers.get(name) ?? []) (answer as Answer<Name>)(asked);
  }

  /** The same for an action as it came from a surface; what nobody knows, or lacks words, is only logged. */
  hear(name: string, context: Readonly<Record<string, unknown>>): void {
    if (isKnown(name) && NEEDED[name].every((key) => typeof context[key] === "string")) {
      this.ask(name, context as never);
    } else {
      console.info(`Nothing answers the action ${name}.`);
    }
  }
}

function isKnown(name: string): name is ActionName {
  return Object.hasOwn(NEEDED, name);
}

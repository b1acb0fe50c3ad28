/** A place of the page that shows what the server composed: A2UI messages in, elements out. */

import { ComponentContext, MessageProcessor, renderA2uiNode, type SurfaceModel } from "@a2ui/web_core/v0_9";
import { html, type LitElement, nothing, render } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Actions } from "./actions";
import { catalogue } from "./catalog/catalogue";
import { check, childrenOf } from "./check";
import type { Mark } from "./making";
import { Refused, type ComponentGiven, type Message, VERSION } from "./message";

const ROOT = "root";
const NEAR = "near";

/** A card whose episode is made, as the server says. */
export interface Making {
  readonly snippetId: string;
  readonly topicId: string;
  readonly podcastId: string;
}

export class Surface {
  readonly #place: HTMLElement;
  readonly #processor: MessageProcessor<never>;
  readonly #marks = new Map<string, Partial<Mark>>();
  #model: SurfaceModel<never> | null = null;
  #taken = false;
  /** Is told of cards that are shown while their episode is made. */
  making: (cards: readonly Making[]) => void = () => {};

  constructor(place: HTMLElement, actions: Actions) {
    this.#place = place;
    place.tabIndex = -1; // where the focus goes when what had it goes
    this.#processor = new MessageProcessor([catalogue as never], ({ name, context }) => actions.hear(name, context));
  }

  /** Show a page. Where the same surface stands, it becomes the new one, and what stays keeps its
   * elements and its focus.
   * @throws Refused: it cannot be shown; what stood there stands.
   */
  show(messages: readonly Message[]): void {
    check(messages, new Set());
    const id = messages[0]?.createSurface?.surfaceId;
    if (id === undefined || !messages.some((message) => componentsOf(message).some((part) => part.id === ROOT))) {
      throw new Refused("A page begins with its surface, and has a root.");
    }
    if (this.#model?.id === id) this.#process(messages.slice(1));
    else this.#begin(id, messages);
    this.#sweep();
    this.#remark();
  }

  /** Take in the next cards of the list that is shown. */
  extend(messages: readonly Message[]): void {
    check(messages, this.#ids());
    const before = this.#grid();
    const components = messages.flatMap(componentsOf).map((part) =>
      part.id === before?.id ? { ...part, children: [...new Set([...this.cardIds, ...childrenOf(part)])] } : part,
    );
    const cards = messages.flatMap(({ updateDataModel }) => Object.entries(cardsOf(updateDataModel?.value)));
    for (const [id, card] of cards) this.write(`/cards/${id}`, card);
    this.#process([{ version: "v0.9", updateComponents: { surfaceId: this.#model?.id ?? "", components } }]);
    this.#sweep();
    this.#remark();
  }

  /** Change what stands; a new card is known, but stands nowhere before `add`. */
  apply(messages: readonly Message[]): void {
    if (!this.#model) return;
    check(messages, this.#ids());
    this.#process(messages);
    this.#remark();
  }

  /** Let components stand below all that the page has; those that are there are left as they are. */
  append(components: readonly ComponentGiven[]): void {
    const root = this.#model?.componentsModel.get(ROOT);
    if (!this.#model || !root || this.#ids().has(components[0]?.id ?? "")) return;
    const { title, children } = root.properties as { title: unknown; children: readonly string[] };
    const page = { id: ROOT, component: "Page", title, children: [...children, ...components.map(({ id }) => id)] };
    this.apply([{ version: VERSION, updateComponents: { surfaceId: this.#model.id, components: [page, ...components] } }]);
  }

  /** Let a card that is known stand behind the others. */
  add(snippetId: string): void {
    const id = `card-${snippetId}`;
    if (!this.#model?.componentsModel.get(id) || this.has(snippetId)) return;
    this.#arrange([...childrenOf({ children: this.#grid()?.properties["children"] as unknown }), id]);
  }

  /** Say what becomes of an episode, at a place of the data: a card's, or that of words that were searched
   * for; it is said again whenever such a place is shown anew. */
  mark(place: string, mark: Partial<Mark>): void {
    this.#marks.set(place, { ...this.#marks.get(place), ...mark });
    this.#write(place, mark);
  }

  read(path: string): unknown {
    return this.#model?.dataModel.get(path);
  }

  write(path: string, value: unknown): void {
    this.#model?.dataModel.set(path, value);
  }

  /** Which page is shown: landing, found, topic …; none: null. */
  get id(): string | null {
    return this.#model?.id ?? null;
  }

  /** The components of the cards, in their order: `card-<snippet_id>`. */
  get cardIds(): readonly string[] {
    const lists = [...(this.#model?.componentsModel.entries ?? [])].filter(([, model]) => model.type === "CardGrid");
    const shown = lists.flatMap(([, model]) => childrenOf({ children: model.properties["children"] as unknown }));
    return shown.filter((id) => id.startsWith("card-"));
  }

  has(snippetId: string): boolean {
    return this.cardIds.includes(`card-${snippetId}`);
  }

  /** Put an element behind the first list, until another surface stands here. */
  async insert(element: HTMLElement): Promise<void> {
    const page = this.#place.querySelector("ae-page") as LitElement | null;
    await page?.updateComplete;
    page?.querySelector("ae-card-grid")?.after(element);
  }

  /** Leave the place to somebody else. */
  clear(): void {
    if (this.#model) this.#processor.model.deleteSurface(this.#model.id);
    this.#model = null;
    this.#render();
  }

  /** Lend the place to a page that no server composed, until the next one is shown. */
  lend(page: HTMLElement): void {
    this.clear();
    delete this.#place.dataset["view"];
    render(html`${page}`, this.#place);
  }

  #begin(id: string, messages: readonly Message[]): void {
    this.clear();
    this.#place.dataset["view"] = id;
    this.#process(messages);
    this.#model = this.#processor.model.getSurface(id) ?? null;
    this.#render();
  }

  #render(): void {
    if (!this.#taken) this.#place.replaceChildren(); // what the server wrote says the same
    this.#taken = true;
    const model = this.#model;
    const root = model && renderA2uiNode(new ComponentContext(model, ROOT), catalogue as never);
    render(model ? html`${keyed(model, root)}` : nothing, this.#place);
  }

  #process(messages: readonly Message[]): void {
    this.#processor.processMessages(messages as never);
  }

  /** The list that cards are added to: where there is one of those near by, that one. */
  #grid() {
    const near = this.#model?.componentsModel.get(NEAR);
    if (near) return near;
    for (const [, model] of this.#model?.componentsModel.entries ?? []) if (model.type === "CardGrid") return model;
    return undefined;
  }

  #ids(): Set<string> {
    return new Set([...(this.#model?.componentsModel.entries ?? [])].map(([id]) => id));
  }

  #arrange(children: readonly string[]): void {
    const grid = this.#grid();
    if (grid) grid.properties = { ...grid.properties, children };
  }

  /** Forget components that nothing leads to any more. */
  #sweep(): void {
    const models = this.#model?.componentsModel;
    if (!models) return;
    const reached = new Set<string>();
    const waiting = [ROOT];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      waiting.push(...childrenOf(models.get(id)?.properties ?? {}));
    }
    for (const id of this.#ids()) if (!reached.has(id)) models.removeComponent(id);
  }

  #remark(): void {
    const making = this.cardIds.flatMap((id) => this.#makingOf(this.#model?.componentsModel.get(id)?.properties));
    if (making.length) this.making(making);
    for (const [place, mark] of this.#marks) this.#write(place, mark);
  }

  #makingOf(card: Readonly<Record<string, unknown>> = {}): readonly Making[] {
    const [snippetId, topicId] = [String(card["snippetId"]), String(card["topicId"])];
    const podcastId = this.read(`/cards/${snippetId}/podcastId`);
    if (this.read(`/cards/${snippetId}/state`) !== "making" || typeof podcastId !== "string" || !podcastId) return [];
    return [{ snippetId, topicId, podcastId }];
  }

  #write(place: string, mark: Partial<Mark>): void {
    if (this.read(place) === undefined) return;
    for (const [name, value] of Object.entries(mark)) this.write(`${place}/${name}`, value);
  }
}

function componentsOf({ updateComponents }: Message): readonly ComponentGiven[] {
  return updateComponents?.components ?? [];
}

function cardsOf(value: unknown): Record<string, unknown> {
  const cards = (value as { cards?: unknown } | undefined)?.cards;
  return typeof cards === "object" && cards !== null ? (cards as Record<string, unknown>) : {};
}

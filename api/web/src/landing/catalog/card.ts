/** `EpisodeCard`: one story as a record's sleeve. Cover with its title, teaser with its sources, one action. */

import { html, nothing, type TemplateResult } from "lit";
import { Attending, presence } from "../presence";
import { type Heard, listenButton, stateOf } from "./button";
import { opensElsewhere, pictureLink } from "./links";
import { define, Part } from "./part";
import { EpisodeCard } from "./schemas";
import { teaserOf } from "./teaser";

interface Properties extends Heard {
  readonly snippetId: string;
  readonly topicId: string;
  readonly title: string;
  readonly sentences: unknown;
  readonly category: string;
  readonly categoryLabel: string;
  readonly cover: string;
  readonly ink: string;
  readonly minutes: number;
  readonly sourceNames: string;
  readonly spread: number;
  readonly emphasis: "lead" | "standard";
  readonly listen: () => void;
  readonly explore: () => void;
}

type Card = Partial<Properties>;

/** What a press does, where it is not to listen for the first time. */
const DO: Readonly<Record<string, string>> = { ready: "Play", failed: "Try again" };
const SHORT = 28;
const MIDDLE = 52;

class EpisodeCardPart extends Part<Properties> {
  constructor() {
    super();
    new Attending(this);
  }

  override render() {
    const card = this.properties;
    const { title = "", snippetId = "", emphasis = "standard" } = card;
    const state = stateOf(card);
    return html`<article class="card" aria-labelledby="title-${snippetId}" data-emphasis=${emphasis} data-state=${state}>
      <div class="sleeve" data-category=${card.category ?? ""} data-ink=${card.ink === "dark" ? "dark" : "light"}
        @click=${() => this.#listen()}>
        ${picture(card)}
        <h2 class="sleeve-title" dir="auto" id="title-${snippetId}" data-length=${lengthOf(title)}>${title}</h2>
      </div>
      <div class="card-text">
        <p class="eyebrow">${eyebrowOf(card)}</p>
        <p class="teaser" dir="auto">${teaserOf(card.sentences, title, `/topics/${card.topicId ?? ""}`)}</p>
        ${state === "failed" ? html`<p class="trouble">${card.stateText}</p>` : nothing}
        <div class="card-actions">${this.#button(card, state)}${this.#deeper(card)}</div>
      </div>
    </article>`;
  }

  #button(card: Card, state: string): TemplateResult {
    const { title = "", stateText } = card;
    const away = !presence.online && state !== "making";
    const words = state === "making" ? stateText || "Beginning" : away ? "Offline" : (DO[state] ?? "Listen");
    const rest = state === "making" ? `: ${title}` : state === "ready" && !away ? ` ${title}` : state === "failed" ? ` with ${title}` : ` to ${title}`;
    const says = html`${words}<span class="unseen">${away ? `: ${title} cannot be heard now` : rest}</span>`;
    const minutes = state === "ready" ? (card.minutes ?? null) : presence.minutesOf(card.minutes);
    return listenButton(card, says, minutes, away, () => this.#listen());
  }

  #deeper({ explore, topicId = "", title }: Card) {
    if (!explore) return nothing;
    const go = (event: MouseEvent) => {
      if (opensElsewhere(event)) return;
      event.preventDefault();
      explore();
    };
    return html`<a class="deeper" href="/topics/${topicId}" @click=${go}>Go deeper<span class="unseen"> into ${title}</span></a>`;
  }

  #listen(): void {
    if (presence.online) this.properties.listen?.();
  }
}

function picture({ cover, emphasis }: Card) {
  const address = pictureLink(cover);
  if (address === null) return nothing;
  return html`<img src=${address} alt="" width="640" height="640" decoding="async"
    loading=${emphasis === "lead" ? "eager" : "lazy"} @load=${loaded} @error=${broken} />`;
}

function loaded({ target }: Event): void {
  (target as HTMLElement).dataset["loaded"] = "";
}

/** The sleeve's own colours show instead. */
function broken({ target }: Event): void {
  (target as HTMLElement).hidden = true;
}

function lengthOf(title: string): string {
  return title.length <= SHORT ? "short" : title.length <= MIDDLE ? "middle" : "long";
}

function eyebrowOf({ categoryLabel, spread = 1, sourceNames }: Card): TemplateResult {
  const told = spread > 1 ? `${spread} sources` : sourceNames;
  return html`<span class="category">${categoryLabel}</span>${told ? html`<span class="told">${told}</span>` : nothing}`;
}

define(EpisodeCard, EpisodeCardPart);

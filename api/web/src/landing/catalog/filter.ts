/** `CategoryFilter`: which categories are shown, one at a time, and what one wishes of the chosen one. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { define, Part } from "./part";
import { CategoryFilter } from "./schemas";

interface Category {
  readonly id: string;
  readonly label: string;
  readonly selected: boolean;
  readonly muted: boolean;
  readonly liked?: boolean;
}

interface Properties {
  readonly label: string;
  readonly categories: unknown;
}

type Wish = "liked" | "muted" | "neither";

class CategoryFilterPart extends Part<Properties> {
  override render() {
    const { label = "Categories", categories } = this.properties;
    const all = Array.isArray(categories) ? (categories as readonly Category[]) : [];
    const shown = all.filter(({ muted }) => !muted);
    const chosen = shown.find(({ selected }) => selected);
    return html`<div class="filter" role="group" aria-label=${label}>
        ${this.#chip("", "All", !chosen)}
        ${repeat(shown, ({ id }) => id, ({ id, label, selected }) => this.#chip(id, label, selected))}
        ${hidden(all.length - shown.length)}
      </div>
      ${chosen ? this.#wishes(chosen) : nothing}`;
  }

  #chip(category: string, label: string, selected: boolean) {
    return html`<button class="chip" type="button" aria-pressed=${selected}
      @click=${() => this.act("choose", { category: selected ? "" : category })}>${label}</button>`;
  }

  #wishes({ id, label, liked = false }: Category) {
    const wish = (wish: Wish) => () => void this.context.dispatchAction({ event: { name: "wish", context: { category: id, wish } } });
    return html`<p class="wishes">
      <button class="quiet-button" type="button" aria-pressed=${liked} @click=${wish(liked ? "neither" : "liked")}>
        More of ${label}</button>
      <button class="quiet-button" type="button" @click=${wish("muted")}>Never show ${label}</button>
    </p>`;
  }
}

function hidden(count: number) {
  return count ? html`<a class="chip-link" href="/preferences">${count} hidden</a>` : nothing;
}

define(CategoryFilter, CategoryFilterPart);

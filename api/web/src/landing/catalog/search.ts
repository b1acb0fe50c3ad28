/** `SearchField`: a field to search with. */

import { html } from "lit";
import { live } from "lit/directives/live.js";
import { define, Part } from "./part";
import { SearchField } from "./schemas";

interface Properties {
  readonly label: string;
  readonly value: { readonly path: string };
  readonly search: () => void;
}

const LONGEST = 200;

class SearchFieldPart extends Part<Properties> {
  override render() {
    const { label = "Search", value } = this.properties;
    const data = this.context.dataContext;
    const words: unknown = value && data.resolveDynamicValue(value);
    const write = ({ target }: Event) => value && data.set(value.path, (target as HTMLInputElement).value);
    return html`<form class="search" role="search" action="/find" @submit=${(event: Event) => this.#search(event)}>
      <label class="unseen" for="search">${label}</label>
      <input id="search" type="search" name="q" maxlength=${LONGEST} placeholder=${label} autocomplete="off"
        .value=${live(typeof words === "string" ? words : "")} @input=${write} />
      <button class="search-go" type="submit" aria-label="Search">
        <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6" /><path d="m15 15 5 5" /></svg>
      </button>
    </form>`;
  }

  #search(event: Event): void {
    event.preventDefault();
    this.properties.search?.();
  }
}

define(SearchField, SearchFieldPart);

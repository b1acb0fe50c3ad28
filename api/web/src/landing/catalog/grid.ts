/** `CardGrid`: cards in the order given. */

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type ChildRef, define, keyOf, Part } from "./part";
import { CardGrid } from "./schemas";

interface Properties {
  readonly children: readonly ChildRef[];
  readonly label: string;
  readonly emptyText: string;
  readonly layout: "lead" | "even";
}

class CardGridPart extends Part<Properties> {
  override render() {
    const { children, label, emptyText, layout } = this.properties;
    if (!children?.length) return html`<p class="empty">${emptyText}</p>`;
    return html`<section class="grid" aria-label=${label ?? ""} data-layout=${layout ?? "even"}>
      ${repeat(children, keyOf, (id) => this.child(id))}
    </section>`;
  }
}

define(CardGrid, CardGridPart);

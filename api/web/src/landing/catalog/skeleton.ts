/** `CardSkeleton`: places of cards that are still coming, of the same size. */

import { html } from "lit";
import { define, Part } from "./part";
import { CardSkeleton } from "./schemas";

interface Properties {
  readonly count: number;
}

class CardSkeletonPart extends Part<Properties> {
  override render() {
    const places = Array.from({ length: this.properties.count ?? 1 }, (_, index) => index);
    return html`<div class="grid" data-layout="lead" aria-hidden="true">
      ${places.map((index) => html`<div class="card skeleton" data-emphasis=${index ? "standard" : "lead"}>
        <div class="sleeve"></div>
        <div class="card-text"><i></i><i></i><i></i><i></i></div>
      </div>`)}
    </div>`;
  }
}

define(CardSkeleton, CardSkeletonPart);

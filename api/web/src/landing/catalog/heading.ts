/** `SectionHeading`: a heading with, perhaps, a word beside it. */

import { html, nothing } from "lit";
import { define, Part } from "./part";
import { SectionHeading } from "./schemas";

interface Properties {
  readonly text: string;
  readonly level: 2 | 3;
  readonly aside: string;
}

class SectionHeadingPart extends Part<Properties> {
  override render() {
    const { text, level, aside } = this.properties;
    const beside = aside ? html`<span class="section-aside">${aside}</span>` : nothing;
    return html`<div class="section-heading">
      ${level === 3 ? html`<h3>${text}</h3>` : html`<h2>${text}</h2>`}${beside}
    </div>`;
  }
}

define(SectionHeading, SectionHeadingPart);

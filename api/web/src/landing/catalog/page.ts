/** `Page`: a title, and what stands below it. */

import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type ChildRef, define, keyOf, Part } from "./part";
import { Page } from "./schemas";

interface Properties {
  readonly title: string;
  readonly children: readonly ChildRef[];
}

class PagePart extends Part<Properties> {
  override render() {
    const { title, children } = this.properties;
    return html`<div class="page">
      <h1 class="page-title" tabindex="-1">${title}</h1>
      ${repeat(children ?? [], keyOf, (id) => this.child(id))}
    </div>`;
  }
}

define(Page, PagePart);

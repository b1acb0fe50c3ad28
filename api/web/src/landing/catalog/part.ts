/** What all components of the catalogue have in common. They are elements of the page's own tree, so
 * that its style reaches them, and write nothing but text: Lit's bindings never parse what they are given.
 */

import { A2uiLitElement, ComponentContext, renderA2uiNode } from "@a2ui/web_core/v0_9";
import { nothing, type TemplateResult } from "lit";

interface Api {
  readonly name: string;
  readonly tagName: string;
  readonly schema: never;
}

export type ChildRef = string | { readonly id: string; readonly basePath: string };

/** What tells one child from another. */
export function keyOf(ref: ChildRef): string {
  return typeof ref === "string" ? ref : `${ref.id} ${ref.basePath}`;
}

export abstract class Part<Properties extends object> extends A2uiLitElement {
  #children = new Map<string, ComponentContext>();

  protected override createRenderRoot(): this {
    this.dataset["component"] = "";
    return this;
  }

  /** The component's properties by now; every path and action in them is resolved. */
  protected get properties(): Partial<Properties> {
    return this.controller.props as Partial<Properties>;
  }

  /** A child of a list of children. The same child keeps its element, and so its focus, whatever
   * else changes. */
  protected child(ref: ChildRef): TemplateResult | typeof nothing {
    const { id, basePath } = typeof ref === "string" ? { id: ref, basePath: "/" } : ref;
    const { surface } = this.context.dataContext;
    const model = surface.componentsModel.get(id);
    if (!model) return nothing;
    const key = keyOf(ref);
    let context = this.#children.get(key);
    if (context?.componentModel !== model) {
      context = new ComponentContext(surface, id, basePath);
      this.#children.set(key, context);
    }
    return renderA2uiNode(context, surface.catalog as never) as TemplateResult;
  }

  /** Ask for the action that a property gives, with more to its context. */
  protected act(property: string, context: Readonly<Record<string, unknown>>): void {
    const given = this.context.componentModel.properties[property] as { event: { name: string; context?: object } };
    void this.context.dispatchAction({ event: { name: given.event.name, context: { ...given.event.context, ...context } } });
  }
}

/** Make a component's element known. */
export function define(api: object, part: CustomElementConstructor): void {
  const { tagName } = api as Api;
  Object.defineProperty(part.prototype, "api", { value: api });
  customElements.define(tagName, part);
}

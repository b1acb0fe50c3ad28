/** Elements, built by name; what is written into them is text, never markup. */

type Attributes = Readonly<Record<string, string>>;
type Child = Node | string;

export function build<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, kind: string, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(kind: string, attributes: Attributes, ...children: Child[]): HTMLButtonElement {
  return build("button", kind, { type: "button", ...attributes }, ...children);
}

/** Only what is new: what stays must not be read out, or drawn, again. */
export function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

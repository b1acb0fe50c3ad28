/** Addresses that strangers wrote, as far as one may go there. */

/** The address, or null: nothing that would run here, and nothing that this browser cannot read. */
export function safeLink(url: unknown): string | null {
  if (typeof url !== "string" || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url : null;
}

/** A picture's address: the facade's own, or a web address. */
export function pictureLink(url: unknown): string | null {
  if (typeof url !== "string" || url === "") return null;
  if (url.startsWith("/") && !url.startsWith("//")) return url;
  return safeLink(url);
}

/** Whether a press shall open a link elsewhere: then the browser does it. */
export function opensElsewhere(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

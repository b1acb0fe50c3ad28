/** A2UI v0.9 messages from the server, as far as the page looks into them itself. */

export const VERSION = "v0.9";
export const CATALOG = "https://aethercast.app/catalogs/1";

export interface ComponentGiven {
  readonly id: string;
  readonly component: string;
  readonly [property: string]: unknown;
}

export interface Message {
  readonly version: string;
  readonly createSurface?: { readonly surfaceId: string; readonly catalogId: string };
  readonly updateComponents?: { readonly surfaceId: string; readonly components: readonly ComponentGiven[] };
  readonly updateDataModel?: { readonly surfaceId: string; readonly path?: string; readonly value?: unknown };
  readonly deleteSurface?: { readonly surfaceId: string };
}

/** A page, or a change of it, that this page's program will not show. */
export class Refused extends Error {}

/** Where an episode can be heard. */

export interface Offer {
  readonly title: string;
  readonly cover: string | null;
  /** The stream's WebSocket address, while it can be heard there. */
  readonly live: string | null;
  /** The finished episode at a signed URL, once there is one. */
  readonly file: string | null;
  /** How long it is meant to be, in minutes. */
  readonly minutes: number | null;
  /** The same episode by now, with fresh links; rejects where it cannot be asked. */
  readonly refresh: () => Promise<Offer>;
}

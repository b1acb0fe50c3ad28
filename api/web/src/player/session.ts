/** The system's own keys, lock screen and headset (Media Session). */

import type { Wishes } from "./controls";
import type { Offer } from "./offer";
import type { Player } from "./player";

const SKIP = 15;

/** What is heard: title and cover come while one listens. */
export function describe({ title, cover }: Offer): void {
  const session = navigator.mediaSession as MediaSession | undefined;
  if (!session) return;
  const { metadata } = session;
  // Links to the same cover differ from answer to answer: one of them is enough.
  if (metadata?.title === title && (metadata.artwork.length > 0 || !cover)) return;
  const artwork = cover ? [{ src: cover }] : [];
  session.metadata = new MediaMetadata({ title, artist: "Aethercast", artwork });
}

/** Nothing is heard any more. */
export function fallSilent(): void {
  const session = navigator.mediaSession as MediaSession | undefined;
  if (session) session.metadata = null;
}

/** Let the keys work the player. */
export function obey(player: Player, wishes: Wishes): void {
  const session = navigator.mediaSession as MediaSession | undefined;
  if (!session) return;
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ["play", () => player.play()],
    ["pause", () => player.pause()],
    ["seekbackward", ({ seekOffset }) => wishes.skip(-(seekOffset ?? SKIP))],
    ["seekforward", ({ seekOffset }) => wishes.skip(seekOffset ?? SKIP)],
    ["seekto", ({ seekTime }) => player.seek(seekTime ?? 0)],
  ];
  for (const [action, handler] of actions) {
    try {
      session.setActionHandler(action, handler);
    } catch {
      // An action that this browser does not know.
    }
  }
}

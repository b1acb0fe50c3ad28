/** The system's own keys, lock screen and headset (Media Session). */

import type { Wishes } from "./controls";
import type { Player } from "./player";

const SKIP = 15;

export function announce(player: Player, wishes: Wishes): void {
  const session = navigator.mediaSession as MediaSession | undefined;
  if (!session) return;
  const { title, cover } = player.offer;
  const artwork = cover ? [{ src: cover }] : [];
  session.metadata = new MediaMetadata({ title, artist: "Aethercast", artwork });
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

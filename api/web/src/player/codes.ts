/** What the stream server's refusals mean for a listener, and what the player does about each. */

/**
 * - again: come back with the cursor, soon.
 * - later: come back when more is wanted.
 * - anew: from the first byte.
 * - refresh: with a fresh link.
 * - over: what was received plays to its end; there will be no more.
 * - stop: not before the listener says so.
 */
export type Remedy = "again" | "later" | "anew" | "refresh" | "over" | "stop";

interface Meaning {
  readonly remedy: Remedy;
  readonly sentence: string;
}

const MEANINGS: Record<string, Meaning> = {
  unknown_stream: {
    remedy: "refresh",
    sentence: "This link does not open the episode any more. Open the episode again from where you found it.",
  },
  expired_stream: {
    remedy: "refresh",
    sentence: "This link has expired. Open the episode again from where you found it.",
  },
  bad_cursor: { remedy: "anew", sentence: "The place was lost. Press play to hear it from the beginning." },
  future_cursor: { remedy: "anew", sentence: "The place was lost. Press play to hear it from the beginning." },
  stream_restarted: { remedy: "anew", sentence: "The voice was made anew. It plays from the beginning." },
  stream_failed: {
    remedy: "over",
    sentence: "The voice could not be finished; what there is can be heard again. Ask for the episode once more to have it whole.",
  },
  stream_stalled: {
    remedy: "over",
    sentence: "Nobody is at work on this episode any more. Look again later, or ask for it once more.",
  },
  stream_cancelled: {
    remedy: "over",
    sentence: "The episode was cancelled. What there is can be heard again.",
  },
  bad_message: { remedy: "stop", sentence: "The player was misunderstood. Press play to try again." },
  too_many_messages: { remedy: "stop", sentence: "The player asked too often. Wait a minute, then press play." },
  too_many_listeners: { remedy: "again", sentence: "All places are taken. The player tries again by itself." },
  consumer_too_slow: {
    remedy: "again",
    sentence: "The connection is too slow. The player comes back to where it was.",
  },
  paused_too_long: { remedy: "later", sentence: "The connection was put down while you paused." },
  unavailable: { remedy: "again", sentence: "The sound is out of reach. The player tries again by itself." },
  server_restarting: { remedy: "again", sentence: "The server restarts. The player comes back to where it was." },
};

/** An error that is not known here is taken at its word. */
export function meaningOf(code: string, message: string, retryable: boolean): Meaning {
  return (
    MEANINGS[code] ?? {
      remedy: retryable ? "again" : "stop",
      sentence: retryable ? message : `${message} Press play to try again.`,
    }
  );
}

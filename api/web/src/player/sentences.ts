/** What a listener is told where it does not go on, besides what the stream server says (codes.ts). */

export const DAMAGED = "The sound arrived damaged. Press play to load it again.";
export const NO_LIVE =
  "This browser cannot play an episode while it is being made. It can be heard here as soon as it is finished.";
export const UNPLAYABLE =
  "This browser cannot play the sound. Download the episode, or open it in another browser.";
export const NOTHING = "There is nothing to hear yet.";
export const UNFINISHED =
  "The episode was not finished; what there is can be heard again. Ask for it once more to have it whole.";
export const NEVER =
  "The episode was not finished, and there is nothing to hear of it. Ask for it once more.";
export const FILE_GONE = "The sound could not be loaded. Press play to try again.";

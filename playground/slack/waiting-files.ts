import type { State } from './state-type.ts';
import type { Upload } from './types.ts';

/** Ten files of 5 MB go into one message, and two people may be at it. */
const MOST_WAITING_BYTES = 100 * 1024 * 1024;
const WAITING_MINUTES = 15;

export const waitingRule =
  `A file waits ${WAITING_MINUTES} minutes for a message that uses it, and all waiting files together may have ` +
  `${MOST_WAITING_BYTES / 1024 / 1024} MB, the oldest going first: upload it again.`;

/** Keeps an uploaded file until a message uses it, or until it has waited too long. */
export function keepWaiting(state: State, upload: Upload): void {
  state.uploads.set(upload.file.id, upload);
  dropUnused(state);
  setTimeout(() => dropUnused(state), WAITING_MINUTES * 60_000).unref();
}

export function waitingFile(state: State, id: string): Upload | undefined {
  dropUnused(state);
  return state.uploads.get(id);
}

export function receiveBytes(state: State, upload: Upload, bytes: Uint8Array): void {
  upload.bytes = bytes;
  dropUnused(state);
}

/** The files stand in the order in which they came, so the oldest is first. */
function dropUnused(state: State): void {
  let bytes = [...state.uploads.values()].reduce((sum, upload) => sum + (upload.bytes?.length ?? 0), 0);
  const tooOld = Math.floor(state.now() / 1000) - WAITING_MINUTES * 60;
  for (const [id, upload] of state.uploads) {
    if (upload.file.created > tooOld && bytes <= MOST_WAITING_BYTES) return;
    state.uploads.delete(id);
    bytes -= upload.bytes?.length ?? 0;
  }
}

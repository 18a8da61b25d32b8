import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../server.ts';
import type { Meaning } from '../types.ts';
import { type Cache, openCache } from './cache.ts';
import { openThread, type Thread } from './thread.ts';
import { wordLikeness } from './words.ts';

/** Small, since the memory that a batch takes stays taken. */
const BATCH = 4;
/** What stands further back in a long text hardly moves its vector, and costs time. */
const LONGEST_TEXT = 300;
/** Somebody waits for an answer: after this the words must do, and the vectors are there for the next one. */
const PATIENCE_MS = 6_000;
/** Of what people said, held in memory only. */
const MOST_SAID = 200;

export type OpenMeaning = Meaning & {
  /** Loads the embeddings in the background, so that the first question does not wait for them. */
  warmUp(): void;
  close(): Promise<void>;
};

/**
 * Sentence embeddings of the texts. `others` are tools and their fields: their vectors are kept in a file of `dataDir`.
 * Where the embeddings are not to be had, the words decide.
 */
export function openMeaning({ dataDir, log }: { dataDir: string; log: Log }): OpenMeaning {
  const thread = openThread(log);
  const cache = openCache(join(dataDir, 'stand-in', 'vectors.bin'));
  const making = new Map<string, Promise<void>>();
  const said = new Map<string, Promise<Float32Array | undefined>>();

  return {
    warmUp: () => void vectorSaid(thread, said, 'hello'),
    close: thread.close,
    likeness: async (given, givenOthers) => {
      const text = begun(given);
      const others = givenOthers.map(begun);
      if (text === '' || others.length === 0) return others.map(() => 0);
      const late = sleep(PATIENCE_MS, 'late' as const, { ref: false });
      // What is asked comes first: it is one text, and the others may be hundreds.
      const wanted = vectorSaid(thread, said, text);
      const ready = await Promise.race([makeMissing(thread, cache, making, others, log), late]);
      const vector = ready === 'late' ? undefined : await wanted;
      const vectors = others.map((other) => (other === '' ? NOTHING : cache.get(other)));
      if (!vector || !vectors.every((one) => one !== undefined)) return wordLikeness(text, others);
      return vectors.map((one) => product(vector, one));
    },
  };
}

const NOTHING = new Float32Array(0);

function begun(text: string): string {
  return text.slice(0, LONGEST_TEXT).trim();
}

function vectorSaid(
  thread: Thread,
  said: Map<string, Promise<Float32Array | undefined>>,
  text: string,
): Promise<Float32Array | undefined> {
  const known = said.get(text);
  if (known) return known;
  const made = thread.embed([text]).then((vectors) => {
    if (!vectors?.[0]) said.delete(text);
    return vectors?.[0] && Float32Array.from(vectors[0]);
  });
  said.set(text, made);
  const [oldest] = said.keys();
  if (said.size > MOST_SAID && oldest !== undefined) said.delete(oldest);
  return made;
}

/** Goes on in the background where its caller does not wait until the end. */
async function makeMissing(
  thread: Thread,
  cache: Cache,
  making: Map<string, Promise<void>>,
  texts: string[],
  log: Log,
): Promise<void> {
  const missing = [...new Set(texts)].filter((text) => text !== '' && !cache.get(text));
  if (missing.length === 0) return;
  const fresh = missing.filter((text) => !making.has(text));
  for (let at = 0; at < fresh.length; at += BATCH) {
    const batch = fresh.slice(at, at + BATCH);
    const made = thread.embed(batch).then((vectors) => {
      for (const [i, text] of batch.entries()) {
        const vector = vectors?.[i];
        if (vector) cache.put(text, Float32Array.from(vector));
        making.delete(text);
      }
    });
    for (const text of batch) making.set(text, made);
  }
  await Promise.all(missing.map((text) => making.get(text)));
  if (fresh.length > 0) keep(cache, log);
}

/** Vectors that cannot be kept are made anew after the next start. */
function keep(cache: Cache, log: Log): void {
  try {
    cache.save();
  } catch (error) {
    log.warn({ err: error }, "The vectors of the stand-in model's tools could not be written into DATA_DIR");
  }
}

/** Vectors have length one, so their product is the cosine. */
function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

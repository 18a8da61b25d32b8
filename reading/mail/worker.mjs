import { parentPort } from 'node:worker_threads';
import { readMail } from './read.mjs';

// Runs as a worker thread. Plain JavaScript, because a loader of TypeScript does not reach into threads on every Node
// that we run on.

parentPort?.on('message', async (raw) => {
  try {
    const mail = await readMail(raw);
    parentPort?.postMessage(
      { mail },
      mail.attachments.map(({ content }) => content.buffer),
    );
  } catch (error) {
    parentPort?.postMessage({ why: error instanceof Error ? error.message : String(error) });
  }
});
parentPort?.postMessage('ready');

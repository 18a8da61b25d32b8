import { parentPort } from 'node:worker_threads';

// Runs as a worker thread, in plain JavaScript as those that read mails.

parentPort?.on('message', (body) => {
  try {
    const { raw, ...about } = JSON.parse(new TextDecoder().decode(body));
    const bytes = new Uint8Array(Buffer.from(raw, 'base64url'));
    parentPort?.postMessage({ about, raw: bytes }, [bytes.buffer]);
  } catch (error) {
    parentPort?.postMessage({ why: error instanceof Error ? error.message : String(error) });
  }
});
parentPort?.postMessage('ready');

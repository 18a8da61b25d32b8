import { register } from 'tsx/esm/api';

// Runs as a worker thread. Plain JavaScript that brings the loader of TypeScript with it, because that of the process does
// not reach into threads on every Node that we run on.

register();
await import('./answer-orders.ts');

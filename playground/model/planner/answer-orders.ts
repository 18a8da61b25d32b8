import { parentPort, workerData } from 'node:worker_threads';
import { writeAnswer } from '../answer/write.ts';
import { openMeaning } from '../meaning/meaning.ts';
import { decide } from '../plan/decide.ts';
import type { Order, Outcome, Planned, Setup } from './types.ts';

const { dataDir }: Setup = workerData;
const warnings: string[] = [];
const meaning = openMeaning({ dataDir, log: { warn: (_fields, line) => warnings.push(line) } });

parentPort?.on('message', async (order: Order) => {
  const outcome = await obey(order).catch(failed);
  parentPort?.postMessage({ outcome, warnings: warnings.splice(0) } satisfies Planned);
});

async function obey(order: Order): Promise<Outcome> {
  if (order.kind === 'decide')
    return { kind: 'decided', decision: await decide(order.chat, { meaning, writeAnswer, today: new Date() }) };
  meaning.warmUp();
  return { kind: 'warm' };
}

function failed(error: unknown): Outcome {
  return { kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskNamed } from '../../core/desk/desks.ts';
import { createLog, fatal } from '../../core/log.ts';
import { openMeaning } from '../../playground/model/meaning/meaning.ts';
import { startEmbedded } from '../../prisma/embedded/start.ts';
import { readCases } from './cases.ts';
import { openHouse } from './house.ts';
import { type Known, learn, shareRight } from './learn.ts';
import { measure, type Request, requestsOfCases, requestsOfLeaderboard } from './training.ts';

/**
 * Learns how the stand-in model chooses a tool: `npm run eval:train -- FOLDER`, where FOLDER holds the data of the Berkeley
 * Function Calling Leaderboard (github.com/ShishirPatil/gorilla, berkeley-function-call-leaderboard/bfcl_eval/data).
 */
const WEIGHTS = 'playground/model/tools/weights.json';

await main(process.argv[2]).catch(fatal);

async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined)
    throw new Error('Name the folder with the data of the leaderboard: see bench/eval/train.ts.');
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-train-'));
  const log = createLog({ level: 'error' });
  const today = new Date();
  const meaning = openMeaning({ dataDir, log });
  try {
    const requests = [...(await requestsOfDesks(dataDir, today)), ...requestsOfLeaderboard(folder)];
    const known: Known[] = [];
    for (const request of requests) known.push({ ...request, features: await measure(request, meaning, today) });
    for (const line of shareRight(known)) process.stdout.write(`${line}\n`);
    writeFileSync(WEIGHTS, `${JSON.stringify(learn(known), null, 2)}\n`);
  } finally {
    await meaning.close();
    rmSync(dataDir, { recursive: true });
  }
}

async function requestsOfDesks(dataDir: string, today: Date): Promise<Request[]> {
  const postgres = await startEmbedded(join(dataDir, 'postgres'), { log: createLog({ level: 'error' }) });
  const house = await openHouse(postgres.url, today);
  const offered = new Map<string, Request['tools']>();
  for (const desk of house.desks) offered.set(desk.name, await house.gate.offered(deskNamed(house.desks, desk.name)!));
  const requests = requestsOfCases(readCases(), (desk) => offered.get(desk) ?? [], today);
  await house.close();
  await postgres.stop();
  return requests;
}

import { type Decide, type Log, type StandInModel, serveModel } from './server.ts';

/** What stands in for a model where no variable names one. */
export function startStandInModel({ log }: { dataDir: string; log: Log }): Promise<StandInModel> {
  return serveModel(decide, log);
}

const decide: Decide = async () => ({ kind: 'answer', text: 'I stand in for a model, and have no plan for this yet.' });

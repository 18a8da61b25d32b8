import { openMeaning } from './meaning/meaning.ts';
import { type Decide, type Log, type StandInModel, serveModel } from './server.ts';

/** What stands in for a model where no variable names one. */
export async function startStandInModel({ dataDir, log }: { dataDir: string; log: Log }): Promise<StandInModel> {
  const meaning = openMeaning({ dataDir, log });
  const served = await serveModel(decide, log);
  return {
    ...served,
    close: async () => {
      await served.close();
      await meaning.close();
    },
  };
}

const decide: Decide = async () => ({ kind: 'answer', text: 'I stand in for a model, and have no plan for this yet.' });

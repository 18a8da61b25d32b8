import { writeAnswer } from './answer/write.ts';
import { openMeaning } from './meaning/meaning.ts';
import { decide } from './plan/decide.ts';
import { type Log, type StandInModel, serveModel } from './server.ts';

/** What stands in for a model where no variable names one. */
export async function startStandInModel({ dataDir, log }: { dataDir: string; log: Log }): Promise<StandInModel> {
  const meaning = openMeaning({ dataDir, log });
  const served = await serveModel((request) => decide(request, { meaning, writeAnswer, today: new Date() }), log);
  return {
    ...served,
    close: async () => {
      await served.close();
      await meaning.close();
    },
  };
}

import { writeAnswer } from './answer/write.ts';
import { type OpenMeaning, openMeaning } from './meaning/meaning.ts';
import { decide } from './plan/decide.ts';
import { type Log, type ServedModel, serveModel } from './server.ts';

export type StandInModel = ServedModel & Pick<OpenMeaning, 'warmUp'>;

/** What stands in for a model where no variable names one. */
export async function startStandInModel({ dataDir, log }: { dataDir: string; log: Log }): Promise<StandInModel> {
  const meaning = openMeaning({ dataDir, log });
  const served = await serveModel((request) => decide(request, { meaning, writeAnswer, today: new Date() }), log);
  return {
    ...served,
    warmUp: meaning.warmUp,
    close: async () => {
      await served.close();
      await meaning.close();
    },
  };
}

import { openPlanner, type Planner } from './planner/planner.ts';
import { type Log, type ServedModel, serveModel } from './server.ts';

export type StandInModel = ServedModel & Pick<Planner, 'warmUp'>;

/** What stands in for a model where no variable names one. */
export async function startStandInModel({ dataDir, log }: { dataDir: string; log: Log }): Promise<StandInModel> {
  const planner = openPlanner({ dataDir, log });
  const served = await serveModel(planner.decide, log);
  return {
    ...served,
    warmUp: planner.warmUp,
    close: async () => {
      await served.close();
      await planner.close();
    },
  };
}

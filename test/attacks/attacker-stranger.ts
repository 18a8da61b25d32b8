import { type PlainServer, type PlainTool, plainServer } from '../fakes/mcp/plain-server.ts';
import { until } from '../support/app.ts';
import type { Case } from './attacker-draft.ts';

export type Stranger = Pick<PlainServer, 'ledger' | 'create'> & {
  /** From now on this tool is another, and the workers have asked for the tools since. */
  change(name: string, tool: PlainTool): Promise<void>;
};

/** A tool server with the tools of all cases, whose owner changes them as it likes. */
export function openStranger(cases: Case[]): Stranger {
  let tools: Record<string, PlainTool> = Object.assign({}, ...cases.map(({ tools }) => tools));
  const { ledger, create, become, listings } = plainServer(tools);
  return {
    ledger,
    create,
    async change(name, tool) {
      tools = { ...tools, [name]: tool };
      const before = listings();
      await become(tools);
      await until(() => listings() > before || undefined, `the workers to ask for ${name} again`);
    },
  };
}

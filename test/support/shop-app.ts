import type { Env } from '../../core/env.ts';
import { type Call, type Step, stepSchema } from '../../core/records/types.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { openShop, type Shop } from '../fakes/mcp/shop.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, type Backend, startApp } from './app.ts';
import { type Furnished, furnish, shopDesk } from './furnish.ts';

export type ShopApp = App & {
  shop: Shop;
  house: Furnished;
  closeShop(): Promise<void>;
  steps(): Promise<Step[]>;
  calls(): Promise<
    { tool: string; rule: string; state: string; reason: string | null; definitionHash: string | null }[]
  >;
};

/** The product at a desk of its own, with a tool server that keeps a ledger and one that nobody answers at. */
export async function startShopApp(
  backend: Backend,
  script: Script,
  { desk = shopDesk(), change = {} }: { desk?: string; change?: Partial<Env> } = {},
): Promise<ShopApp> {
  const shop = openShop();
  const host = await httpHost(shop.create);
  const servers = { shop: { url: host.url }, away: { url: 'http://127.0.0.1:9/mcp' } };
  const house = furnish({ desks: { shop: desk }, servers });
  const app = await startApp(backend, script, change, { desks: house.desks });
  const { db, slack } = app.context;
  const tenant = slack!.identity.teamId;
  return {
    ...app,
    shop,
    house,
    closeShop: host.close,
    async steps() {
      const rows = await db.read(tenant, (tx) => tx.step.findMany({ orderBy: [{ turnId: 'asc' }, { n: 'asc' }] }));
      return rows.map((row) => stepSchema.parse(row));
    },
    calls: () =>
      db.read(tenant, (tx) =>
        tx.toolCall.findMany({
          orderBy: { createdAt: 'asc' },
          select: { tool: true, rule: true, state: true, reason: true, definitionHash: true },
        }),
      ),
    async close() {
      await app.close();
      house.close();
      await host.close();
    },
  };
}

export function callsOf(steps: Step[]): Call[] {
  return steps.flatMap((step) => (step.kind === 'model' ? step.content.calls : []));
}

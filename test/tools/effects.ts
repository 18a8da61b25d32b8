import { describe, expect, test } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { callAndDie } from './death.ts';
import { atOnce, type Host, type ServerName } from './kit.ts';

type Changing = {
  /** Of a call that succeeds on the demonstration data. */
  args: object;
  /** Of another call of the same tool. */
  others: object;
  /** What the system's own records say of what the call changes: it differs after each time that the tool acts. */
  trace(db: ToolDatabase): Promise<unknown>;
};

/** What holds for every tool that changes something, whatever it changes. */
export function describeEffect(server: ServerName, host: Host, tool: string, { args, others, trace }: Changing): void {
  describe(`${tool}, with an idempotency key,`, () => {
    test('acts once, and answers the same again', async () => {
      const { call, db } = await host.open();
      const before = await trace(db);
      const first = await call(tool, args, 'key-1');
      const after = await trace(db);
      const again = await call(tool, args, 'key-1');
      expect(first).toMatchObject({ isError: false, data: { idempotent_replay: false } });
      expect(after).not.toEqual(before);
      expect(again).toMatchObject({ isError: false, data: { ...first.data, idempotent_replay: true } });
      expect(await trace(db)).toEqual(after);
    });

    test('is no key for other arguments: nothing is repeated, and what was done is not said to be undone', async () => {
      const { call, db } = await host.open();
      await call(tool, args, 'key-1');
      const after = await trace(db);
      const said = await call(tool, others, 'key-1');
      expect(said).toMatchObject({ isError: true, meta: { 'countersign/outcome': 'unknown' } });
      expect(said.text).toMatch(/already used: a call of \w+ WAS done under it.*, and nothing was repeated\./);
      expect(said.text).not.toMatch(/nothing was (changed|done)/i);
      expect(await trace(db)).toEqual(after);
    });

    test('acts once for ten calls at once', async () => {
      const { call, db } = await host.openBusy();
      const alone = await host.open();
      await alone.call(tool, args, 'key-1');
      const said = await atOnce(10, () => call(tool, args, 'key-1'));
      expect(said.filter((each) => each.data?.idempotent_replay === false)).toHaveLength(1);
      expect(said.filter((each) => each.data?.idempotent_replay === true)).toHaveLength(9);
      expect(await trace(db)).toEqual(await trace(alone.db));
    });

    test('acts once though its process dies between the effect and the answer', async () => {
      const { call, db } = await host.open();
      const before = await trace(db);
      const death = await callAndDie(server, { url: host.url(), tenant: db.tenant, tool, args, key: 'key-1' });
      expect(death).toBe('no answer');
      const after = await trace(db);
      expect(after).not.toEqual(before);
      expect(await call(tool, args, 'key-1')).toMatchObject({ isError: false, data: { idempotent_replay: true } });
      expect(await trace(db)).toEqual(after);
    });
  });
}

import { expect, test } from 'vitest';
import { addPeopleAndChannels } from '../../playground/people-and-channels.ts';
import type { PlaygroundDesk } from '../../playground/ports.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';
import { closeLater, webClient } from '../fake-slack/setup.ts';

const desk = (name: string, title: string, more: Partial<PlaygroundDesk> = {}): PlaygroundDesk => ({
  ...{ name, title, channels: [], directMessages: false, examples: [] },
  ...more,
});

async function furnished(desks: PlaygroundDesk[]) {
  const workspace = createWorkspace({ bare: true });
  closeLater(workspace.close);
  const { apiUrl } = await workspace.listen();
  const furniture = { desks: () => desks, approvalsChannel: 'C0APPROVALS' };
  addPeopleAndChannels(workspace, furniture);
  return { workspace, furniture, client: webClient(apiUrl, workspace.botToken) };
}

const shop = desk('jewelry', 'Jewelry operations', { channels: '*' });
const bank = desk('bank', 'Bank customer support', { channels: ['C0BANK', 'C0BANK2'] });

test('each desk has its channel, by the ids of its file and a name that people read', async () => {
  const { workspace } = await furnished([bank, shop, desk('tax', 'Steuern & Zölle', { channels: ['C0TAX'] })]);

  expect(workspace.channels('U0LISA').map(({ id, name }) => [id, name])).toEqual([
    ['C0GENERAL', 'general'],
    ['C0JEWELRY', 'jewelry-operations'],
    ['C0BANK', 'bank-customer-support'],
    ['C0BANK2', 'bank-customer-support-2'],
    ['C0TAX', 'steuern-zölle'],
    ['C0APPROVALS', 'approvals'],
    ['C0NORTHWIND', 'with-northwind'],
  ]);
});

test('a guest sees two channels, another company’s person the one that is shared, and Slack says so of them', async () => {
  const { workspace, client } = await furnished([shop, bank]);
  const seen = (user: string) => workspace.channels(user).map(({ id }) => id);

  expect(seen('U0GRETA')).toEqual(['C0GENERAL', 'C0JEWELRY']);
  expect(seen('U0OTTO')).toEqual(['C0NORTHWIND']);
  expect((await client.users.info({ user: 'U0GRETA' })).user).toMatchObject({ is_restricted: true });
  expect((await client.users.info({ user: 'U0OTTO' })).user).toMatchObject({ team_id: 'T0NORTHWIND' });
  expect((await client.users.info({ user: 'U0LISA' })).user).toMatchObject({
    team_id: workspace.teamId,
    is_restricted: false,
  });
  const { channel } = await client.conversations.info({ channel: 'C0NORTHWIND', include_num_members: true });
  expect(channel).toMatchObject({ is_ext_shared: true, num_members: 6 });
  expect((await client.conversations.info({ channel: 'C0BANK' })).channel).toMatchObject({ is_ext_shared: false });
  await expect(workspace.say({ user: 'U0OTTO', channel: 'C0BANK', text: 'hello' })).rejects.toThrow('cannot write');
  await expect(workspace.openHome('U0OTTO')).rejects.toThrow('of another company');
  expect(() => workspace.openDm('U0OTTO')).toThrow('of another company');
  expect(workspace.prompts('U0OTTO')).toBeUndefined();
  await expect(client.chat.postEphemeral({ channel: 'C0BANK', user: 'U0OTTO', text: 'psst' })).rejects.toThrow(
    'user_not_in_channel',
  );
});

test('what is there already keeps its messages, and takes the desk’s new name', async () => {
  const { workspace, furniture } = await furnished([bank]);
  await workspace.say({ user: 'U0LISA', channel: 'C0BANK', text: 'hello' });

  addPeopleAndChannels(workspace, { ...furniture, desks: () => [{ ...bank, title: 'Bank' }, shop] });

  expect(workspace.channels('U0LISA').find(({ id }) => id === 'C0BANK')?.name).toBe('bank');
  expect(workspace.channels('U0LISA').map(({ id }) => id)).toContain('C0JEWELRY');
  expect(workspace.messages('C0BANK').map(({ text }) => text)).toEqual(['hello']);
});

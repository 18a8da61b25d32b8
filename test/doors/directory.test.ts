import { expect, it } from 'vitest';
import { openSlackDirectory } from '../../channels/slack/directory.ts';
import { systemClock } from '../../core/clock.ts';

const body = { users: ['U0ANN'], user: {} };
const directory = openSlackDirectory(async () => ({ kind: 'ok', body }), 'T0OURS', systemClock);
const matchOf = async (signer: string, account: string) => (await directory.compare(signer, account)).match;

it('an account of our workspace is the user that a desk names, and a member of their group', async () => {
  expect(await matchOf('U0ANN', 'slack:T0OURS:U0ANN')).toBe('user');
  expect(await matchOf('S0GROUP', 'slack:T0OURS:U0ANN')).toBe('member');
});

it.each(['slack:T0THEIRS:U0ANN', 'slack:unknown:U0ANN', 'slack:U0ANN', 'email:U0ANN', 'U0ANN'])(
  '%s is neither: a user id counts only with our workspace',
  async (account) => {
    expect(await matchOf('U0ANN', account)).toBe('none');
    expect(await matchOf('S0GROUP', account)).toBe('none');
  },
);

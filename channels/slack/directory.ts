import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Directory } from '../../core/desk/types.ts';
import type { SlackApi } from './api/api.ts';
import { rememberAnswers } from './api/remember.ts';
import { mention } from './text/phrase.ts';

export type SlackDirectory = Directory & {
  /** A guest is in the workspace for some channels only. Throws when Slack does not answer. */
  isGuest(user: string): Promise<boolean>;
};

const members = z.object({ users: z.array(z.string()) });
const account = z.object({
  user: z.object({ is_restricted: z.boolean().optional(), is_ultra_restricted: z.boolean().optional() }),
});

/** Signers in desk files are Slack's ids: U… of users of this workspace, and S… of its user groups. */
export function openSlackDirectory(api: SlackApi, team: string, clock: Clock): SlackDirectory {
  const ours = `slack:${team}:`;
  const membersOf = rememberAnswers(async (group) => {
    const body = await asked(api, 'usergroups.users.list', { usergroup: group });
    return members.parse(body).users;
  }, clock);
  const guests = rememberAnswers(async (user) => {
    const { user: found } = account.parse(await asked(api, 'users.info', { user }));
    return found.is_restricted === true || found.is_ultra_restricted === true;
  }, clock);
  const isGuest = async (user: string) => (await guests(user)).value;
  return {
    async compare(signer, id) {
      if (!id.startsWith(ours)) return { match: 'none', ageMs: 0 };
      const user = id.slice(ours.length);
      if (!signer.startsWith('S')) return { match: signer === user ? 'user' : 'none', ageMs: 0 };
      const { value: users, ageMs } = await membersOf(signer);
      if (!users.includes(user)) return { match: 'none', ageMs };
      return { match: (await isGuest(user)) ? 'guest member' : 'member', ageMs };
    },
    mention,
    isGuest,
  };
}

async function asked(api: SlackApi, method: string, args: Record<string, string>): Promise<unknown> {
  const called = await api(method, args);
  if (called.kind === 'ok') return called.body;
  const reason = called.kind === 'limited' ? 'rate limited' : called.reason;
  throw new Error(`Slack does not answer ${method} for ${Object.values(args).join()} (${reason})`);
}

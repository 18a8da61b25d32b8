import type { Directory } from '../../core/approvals/types.ts';
import { slackUser } from '../slack-card-parts.ts';
import type { Groups } from '../slack-groups.ts';
import { mention } from './text/phrase.ts';

/** Signers in desk files are Slack's ids: U… of users and S… of user groups. */
export function openSlackDirectory(groups: Groups): Directory {
  return {
    async includes(signer, account) {
      const user = slackUser(account);
      if (user === null) return { found: false, ageMs: 0 };
      if (!signer.startsWith('S')) return { found: signer === user, ageMs: 0 };
      const { users, ageMs } = await groups.members(signer);
      return { found: users.includes(user), ageMs };
    },
    mention,
  };
}

import type { SlackContext } from './context.ts';

/** Staff, or a guest, who is in some channels only. While Slack does not answer, the one with fewer rights. */
export async function kindOf({ directory, log }: SlackContext, user: string): Promise<'staff' | 'guest'> {
  try {
    return (await directory.isGuest(user)) ? 'guest' : 'staff';
  } catch (error) {
    log.warn({ err: error, user }, 'Slack does not say whether this user is a guest: they count as one for now');
    return 'guest';
  }
}

import type { CoreContext } from '../../core/context.ts';
import { deskNamed } from '../../core/desk/desks.ts';
import type { Slack } from './api/api.ts';
import { postNotice } from './reply/notice.ts';

type Telling = Pick<CoreContext, 'desks' | 'env' | 'log'> & { slack: Slack | null };

/** Tells the people of a desk in the channel where they sign; the log has it in any case. */
export async function tellDesk({ slack, desks, env, log }: Telling, desk: string, text: string): Promise<void> {
  log.warn({ desk }, text);
  const room = deskNamed(desks, desk)?.approvals.channel ?? env.approvalsChannel;
  if (slack && room !== undefined) await postNotice(slack, room, text);
}

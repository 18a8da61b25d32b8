import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/app.ts';
import { isWhole } from './kill.ts';
import { answerTo } from './questions.ts';
import { channel, type World } from './world.ts';

const approvals = 'C0APPROVALS';
const signer = 'U0MARCO';

/**
 * Somebody who signs whatever waits, edits first what is to be edited, and says of what is not known what happened. Drafts
 * are sent, by two people.
 */
export function clickWhatWaits(
  world: World,
  isAnswered: (world: World, id: string) => boolean = isAnsweredInSlack,
): { stop(): Promise<void> } {
  let going = true;
  const clicked = new Set<string>();

  async function look(): Promise<void> {
    for (const { ts, blocks } of world.slack.messages(approvals)) {
      const shown = JSON.stringify(blocks ?? []);
      const id = /case-(S\d+)/.exec(shown)?.[1] ?? '';
      const press = async (action: string) => {
        if (clicked.has(`${ts} ${action}`)) return;
        clicked.add(`${ts} ${action}`);
        const { shown: seen } = await world.slack.click({ user: signer, channel: approvals, ts, action_id: action });
        if (seen === 'failed') clicked.delete(`${ts} ${action}`);
      };
      if (shown.includes('mail.send')) await sendTwice(ts);
      else if (shown.includes('approval.happened')) {
        const happened = world.tools.ledger.some(({ of }) => of === `case-${id}` || of === `edited-case-${id}`);
        await press(happened ? 'approval.happened' : 'approval.did_not');
      } else if (shown.includes('approval.approve') && isAnswered(world, id)) {
        if (world.toEdit.has(id) && !shown.includes(`edited-case-${id}`)) await edit(ts, id, press);
        else await press('approval.approve');
      }
    }
  }

  /** Two people send the same draft at once, until one of them has. */
  async function sendTwice(ts: string): Promise<void> {
    if (clicked.has(ts)) return;
    clicked.add(ts);
    const pressed = await Promise.all(
      [signer, 'U0PRIYA'].map((user) => world.slack.click({ user, channel: approvals, ts, action_id: 'mail.send' })),
    );
    if (pressed.every(({ shown }) => shown === 'failed')) clicked.delete(ts);
  }

  async function edit(ts: string, id: string, press: (action: string) => Promise<void>): Promise<void> {
    if (clicked.has(`${ts} approval.edit`)) return;
    await press('approval.edit');
    const form = await until(() => world.slack.openViews(signer).at(-1), 'the form to edit', 3_000);
    await world.slack.submitView({ user: signer, view_id: form.id, values: { 'argument.0': `edited-case-${id}` } });
  }

  const running = (async () => {
    while (going) {
      await look();
      await sleep(30);
    }
  })();
  return {
    async stop() {
      going = false;
      await running;
    },
  };
}

/** Signed only then, a call is on its way in no turn that dies: where it becomes unknown, the point is to blame. */
function isAnsweredInSlack({ slack }: World, id: string): boolean {
  return slack
    .messages(channel)
    .some((message) => message.text.startsWith(`${answerTo([{ id }])}:`) && isWhole(message));
}

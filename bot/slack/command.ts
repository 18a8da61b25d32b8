import type { App } from '@slack/bolt';
import { phraseText } from '../../channels/slack/text/phrase.ts';
import { escaped } from '../../channels/slack/text/text.ts';
import { listFor } from '../../core/approvals/list.ts';
import { nothingDonePhrase } from '../../core/approvals/phrases.ts';
import { approvalContext } from './answer.ts';
import { deskBlocks } from './examples.ts';
import { later } from './in-background.ts';
import { clickerOf } from './interaction.ts';
import { context, header, listBlocks } from './list.ts';
import type { DoorParts } from './parts.ts';
import { deskAt } from './to-entry.ts';

/** Of each kind, within what Slack takes in a message. */
const MOST_SHOWN = 5;

/** The same list as the Home tab has, what can be asked here, and how we are; shown to the person who asks only. */
export function listenForCommand(app: App, parts: DoorParts): void {
  app.command('/countersign', async ({ command, ack, respond }) => {
    const who = await clickerOf(parts, { id: command.user_id }, command.team_id);
    if (!who) return ack(phraseText(nothingDonePhrase({ kind: 'refused', refusal: { why: 'foreign' } })));
    await ack();
    const answer = async () => {
      const blocks = [
        ...listBlocks(parts, await listFor(approvalContext(parts), who.principal), MOST_SHOWN),
        ...deskBlocks(deskAt(parts.desks, command.channel_id)),
        ...(await statusBlocks(parts)),
      ];
      await respond({ response_type: 'ephemeral', text: 'What waits for you, and what you asked for', blocks });
    };
    later(parts, answer());
  });
}

async function statusBlocks({ status }: DoorParts) {
  const lines = await status();
  return [header('Status'), context(escaped(lines.join('\n')) || 'no word')];
}

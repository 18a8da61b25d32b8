import type { App } from '@slack/bolt';
import { phraseText } from '../../channels/slack/text/phrase.ts';
import { escaped } from '../../channels/slack/text/text.ts';
import { listFor } from '../../core/approvals/list.ts';
import { nothingDonePhrase } from '../../core/approvals/phrases.ts';
import { isStranger } from '../../core/approvals/policy.ts';
import type { SlackContext } from './context.ts';
import { deskBlocks } from './examples.ts';
import { inBackground } from './in-background.ts';
import { actorOf } from './interaction.ts';
import { contextBlock, headerBlock, listBlocks } from './list.ts';
import { deskAt } from './to-entry.ts';

/** Requests of each kind: a message of Slack holds no more. */
const MOST_SHOWN = 5;

/** Shows the person who asks, and nobody else, the list of the Home tab, what people can ask here, and the status. */
export function listenForCommand(app: App, context: SlackContext): void {
  app.command('/countersign', async ({ command, ack, respond }) => {
    const who = await actorOf(context, { id: command.user_id }, command.team_id);
    if (isStranger(who.principal))
      return ack(phraseText(nothingDonePhrase({ kind: 'refused', refusal: { why: 'foreign' } })));
    await ack();
    const answer = async () => {
      const blocks = [
        ...listBlocks(context, await listFor(context, who.principal), MOST_SHOWN),
        ...deskBlocks(deskAt(context.desks, command.channel_id)),
        ...(await statusBlocks(context)),
      ];
      await respond({ response_type: 'ephemeral', text: 'What waits for you, and what you asked for', blocks });
    };
    inBackground(context, answer());
  });
}

async function statusBlocks({ status }: SlackContext) {
  const lines = await status();
  return [headerBlock('Status'), contextBlock(escaped(lines.join('\n')) || 'no word')];
}

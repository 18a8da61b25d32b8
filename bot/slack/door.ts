import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import { listenForClicks } from './actions.ts';
import { listenForCommand } from './command.ts';
import type { SlackContext } from './context.ts';
import type { Received } from './events.ts';
import { type GuardedRequest, guarded } from './guard.ts';
import { type Homes, listenForHome, openHomes } from './home.ts';
import { boltLog } from './log.ts';
import { openPrompts } from './prompts.ts';
import { saveEvent } from './save-event.ts';
import { openSocketReceiver, type SocketSettings } from './socket.ts';
import { listenForForms } from './views.ts';

export type HttpDoor = { handle: RequestListener; close(): Promise<void> };

/** Takes Slack's signed requests over HTTP. The one HTTP server of the process calls `handle`. */
export function openHttpDoor(context: SlackContext, settings: { botToken: string; signingSecret: string }): HttpDoor {
  const { signingSecret } = settings;
  const receiver = new HTTPReceiver({
    signingSecret,
    // The guard checks the signature, and reads the body.
    signatureVerification: false,
    customPropertiesExtractor: ({ received }: GuardedRequest) => ({ received }),
    endpoints: '/slack/events',
    // Acknowledge an event only after its entry is committed.
    processBeforeResponse: true,
    logger: boltLog(context.log),
  });
  const { close } = openApp(context, settings.botToken, receiver);
  return { handle: guarded(receiver.requestListener, { ...context, signingSecret }), close };
}

export type SocketDoor = { isUp(): boolean; close(): Promise<void> };
export type SocketDoorOpened = { kind: 'open'; door: SocketDoor } | { kind: 'refused'; reason: string };

/** Connects by Socket Mode. `refused` means that a person must act; any other failure is tried again. */
export async function openSocketDoor(
  context: SlackContext,
  settings: SocketSettings & { botToken: string },
): Promise<SocketDoorOpened> {
  const { receiver, isUp } = openSocketReceiver(settings, context);
  const homes = openApp(context, settings.botToken, receiver);
  const first = await receiver.start();
  if (first.kind === 'refused') return first;
  return {
    kind: 'open',
    door: {
      isUp,
      async close() {
        await receiver.stop();
        await homes.close();
      },
    },
  };
}

function openApp(context: SlackContext, botToken: string, receiver: Receiver): Homes {
  const { teamId, botUserId, botId } = context.identity;
  const app = new App({
    receiver,
    logger: boltLog(context.log),
    authorize: async ({ teamId: from }, body) => {
      if (from !== teamId && !isClick(body)) throw new Error(`the workspace ${from} is not ours (${teamId})`);
      return { botToken, botUserId, botId, teamId };
    },
  });
  for (const type of ['app_mention', 'message']) {
    app.event(type, async ({ context: { received } }: { context: { received?: Received } }) => {
      if (received?.kind === 'message') await saveEvent(context, received.event);
    });
  }
  const homes = openHomes(context);
  listenForClicks(app, context, homes);
  listenForForms(app, context, homes);
  listenForHome(app, context, homes, openPrompts(context));
  listenForCommand(app, context);
  // Throw again, so that Slack sees the failure and delivers again.
  app.error(async (error) => {
    throw error;
  });
  return homes;
}

/** Lets clicks of other companies through: in a shared channel they see our cards, and get a refusal as an answer. */
function isClick(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'type' in body && body.type === 'block_actions';
}

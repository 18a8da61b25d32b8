import { type Found, found, refuse } from './answers.ts';
import { publish } from './changes.ts';
import { type Args, type Handler, isTs, readableChannel } from './checks.ts';
import { liveMessage } from './state.ts';
import type { State } from './state-type.ts';
import type { SlackMessage } from './types.ts';

const EMOJI = /^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/;

export const addReaction: Handler = (state, { args }) => {
  const target = reactionTarget(state, args);
  if (!target.ok) return target;
  const { message, name } = target.value;
  const { users, others } = reactionOf(message, name);
  if (users.includes(state.botUserId)) return refuse('already_reacted');
  message.reactions = [...others, { name, users: [...users, state.botUserId] }];
  publish(state, { kind: 'message', message });
  return { ok: true };
};

export const removeReaction: Handler = (state, { args }) => {
  const target = reactionTarget(state, args);
  if (!target.ok) return target;
  const { message, name } = target.value;
  const { users, others } = reactionOf(message, name);
  if (!users.includes(state.botUserId)) return refuse('no_reaction');
  const left = users.filter((user) => user !== state.botUserId);
  message.reactions = left.length > 0 ? [...others, { name, users: left }] : others;
  publish(state, { kind: 'message', message });
  return { ok: true };
};

function reactionOf(message: SlackMessage, name: string) {
  const all = message.reactions ?? [];
  return {
    users: all.find((each) => each.name === name)?.users ?? [],
    others: all.filter((each) => each.name !== name),
  };
}

function reactionTarget(state: State, args: Args): Found<{ message: SlackMessage; name: string }> {
  if (!args.channel || !args.timestamp) return refuse('no_item_specified');
  const name = String(args.name);
  if (!EMOJI.test(name)) return refuse('invalid_name');
  if (!isTs(args.timestamp)) return refuse('bad_timestamp');
  const channel = readableChannel(state, args.channel);
  if (!channel.ok) return channel;
  if (channel.value.archived) return refuse('is_archived');
  const message = liveMessage(channel.value, args.timestamp);
  return message ? found({ message, name }) : refuse('message_not_found');
}

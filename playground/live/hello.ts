import type { ChannelInfo, Person, ServerFrame } from '../page/protocol.ts';
import type { PlaygroundDesk, PlaygroundPorts } from '../ports.ts';
import { isInChannel } from '../slack/state.ts';
import type { Channel, User } from '../slack/types.ts';
import type { SlackWorkspace } from '../slack/workspace.ts';

export type LiveParts = { workspace: SlackWorkspace; ports: PlaygroundPorts };

export function helloFrame({ workspace, ports }: LiveParts, me: string): ServerFrame {
  const { botUserId } = workspace;
  return {
    type: 'hello',
    me,
    botUserId,
    people: workspace.people().map((user) => personOf(workspace, user)),
    channels: workspace.channels(me).map((channel) => channelInfo(ports, channel)),
    approvalsChannel: ports.approvalsChannel,
    model: ports.model,
    commands: ports.commands,
    mail: ports.mail && { writers: ports.mail.writers(), desks: ports.mail.desks() },
  };
}

function personOf({ teamId }: SlackWorkspace, user: User): Person {
  const { id, name, realName, about } = user;
  return { id, name, realName, about, kind: kindOf(user, teamId) };
}

function kindOf({ isBot, isRestricted, teamId }: User, ours: string): Person['kind'] {
  if (isBot) return 'bot';
  if (teamId !== ours) return 'outsider';
  return isRestricted ? 'guest' : 'member';
}

export function channelInfo(ports: PlaygroundPorts, channel: Channel): ChannelInfo {
  const { id, name, kind, sharedWith, log } = channel;
  const desk = id === ports.approvalsChannel ? undefined : deskOf(ports.desks(), channel);
  const latest = log.findLast((message) => !message.deleted && isInChannel(message))?.ts;
  return {
    ...{ id, name, kind },
    ...(desk && { desk: deskInfo(desk) }),
    ...(sharedWith.length > 0 && { shared: true }),
    ...(latest !== undefined && { latest }),
  };
}

const deskInfo = ({ name, title, examples, words = [] }: PlaygroundDesk) => ({ name, title, examples, words });

function deskOf(desks: PlaygroundDesk[], { id, kind }: Channel): PlaygroundDesk | undefined {
  if (kind === 'im') return desks.find(({ directMessages }) => directMessages);
  const named = desks.find(({ channels }) => channels !== '*' && channels.includes(id));
  return named ?? desks.find(({ channels }) => channels === '*');
}

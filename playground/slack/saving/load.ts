import type { PrismaClient } from '../../../prisma/client/client.ts';
import type {
  ChannelKind,
  Ephemeral,
  EventBody,
  OpenView,
  SlackFile,
  SlackMessage,
  Suggested,
  User,
} from '../types.ts';
import type { Saved, SavedChannel, SavedHome } from './types.ts';

/** Reads rows that rows.ts wrote; nobody else writes here. */
export async function loadAll(prisma: PrismaClient, team: string): Promise<Saved> {
  const where = { team };
  const [workspace, people, userGroups, channels, messages, files, ephemerals, views, prompts, deliveries] =
    await Promise.all([
      prisma.playgroundWorkspace.findUniqueOrThrow({ where }),
      loadPeople(prisma, team),
      prisma.playgroundUserGroup.findMany({ where, select: { id: true, users: true } }),
      loadChannels(prisma, team),
      prisma.playgroundMessage.findMany({ where, orderBy: { ts: 'asc' } }),
      prisma.playgroundFile.findMany({ where, select: { about: true } }),
      prisma.playgroundEphemeral.findMany({ where, orderBy: { ts: 'asc' } }),
      prisma.playgroundView.findMany({ where, orderBy: { id: 'asc' } }),
      prisma.playgroundPrompts.findMany({ where }),
      prisma.playgroundDelivery.findMany({ where, orderBy: { eventId: 'asc' } }),
    ]);
  const { botToken, appToken, signingSecret, lastMicros, lastId } = workspace;
  const contents = (kind: string) => views.filter((view) => view.kind === kind).map(({ content }) => content);
  return {
    secrets: { botToken, appToken, signingSecret },
    counters: { lastMicros: Number(lastMicros), ids: Number(lastId) },
    people,
    userGroups,
    channels,
    messages: messages.map(({ content }) => content as SlackMessage),
    files: files.map(({ about }) => about as SlackFile),
    ephemerals: ephemerals.map(({ content }) => content as Ephemeral),
    forms: contents('form') as OpenView[],
    homes: contents('home') as SavedHome[],
    prompts: prompts.map(({ channel, content }) => ({ channel, suggested: content as Suggested })),
    deliveries: deliveries.map(({ body }) => body as EventBody),
  };
}

async function loadPeople(prisma: PrismaClient, team: string): Promise<User[]> {
  const rows = await prisma.playgroundPerson.findMany({ where: { team }, orderBy: { number: 'asc' } });
  return rows.map(({ team: _team, number: _number, homeTeam, limited, channels, ...about }) => ({
    ...about,
    teamId: homeTeam,
    channels: limited ? new Set(channels) : undefined,
  }));
}

async function loadChannels(prisma: PrismaClient, team: string): Promise<SavedChannel[]> {
  const rows = await prisma.playgroundChannel.findMany({ where: { team }, orderBy: { number: 'asc' } });
  return rows.map(({ team: _team, number: _number, kind, closed, people, ...about }) => ({
    ...about,
    kind: kind as ChannelKind,
    people: closed ? new Set(people) : undefined,
  }));
}

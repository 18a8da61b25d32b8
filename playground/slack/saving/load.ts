import type { PrismaClient } from '../../../prisma/client/client.ts';
import type { EventBody } from '../events.ts';
import type { ChannelKind, Ephemeral, OpenView, SlackFile, SlackMessage, Suggested, User } from '../state.ts';
import type { Saved, SavedChannel, SavedHome } from './types.ts';

/** What rows.ts wrote; nobody else writes here. */
export async function loadAll(prisma: PrismaClient, team: string): Promise<Saved> {
  const where = { team };
  const workspace = await prisma.playgroundWorkspace.findUniqueOrThrow({ where });
  const { botToken, appToken, signingSecret, lastMicros, lastId } = workspace;
  const views = await prisma.playgroundView.findMany({ where, orderBy: { id: 'asc' } });
  const contents = (kind: string) => views.filter((view) => view.kind === kind).map(({ content }) => content);
  return {
    secrets: { botToken, appToken, signingSecret },
    counters: { lastMicros: Number(lastMicros), ids: Number(lastId) },
    people: await loadPeople(prisma, team),
    userGroups: await prisma.playgroundUserGroup.findMany({ where, select: { id: true, users: true } }),
    channels: await loadChannels(prisma, team),
    messages: (await prisma.playgroundMessage.findMany({ where, orderBy: { ts: 'asc' } })).map(
      ({ content }) => content as SlackMessage,
    ),
    files: (await prisma.playgroundFile.findMany({ where, select: { about: true } })).map(
      ({ about }) => about as SlackFile,
    ),
    ephemerals: (await prisma.playgroundEphemeral.findMany({ where, orderBy: { ts: 'asc' } })).map(
      ({ content }) => content as Ephemeral,
    ),
    forms: contents('form') as OpenView[],
    homes: contents('home') as SavedHome[],
    prompts: (await prisma.playgroundPrompts.findMany({ where })).map(({ channel, content }) => ({
      channel,
      suggested: content as Suggested,
    })),
    deliveries: (await prisma.playgroundDelivery.findMany({ where, orderBy: { eventId: 'asc' } })).map(
      ({ body }) => body as EventBody,
    ),
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

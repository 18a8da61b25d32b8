import type { Prisma } from '../../../prisma/client/client.ts';
import type { Row } from './types.ts';

type Tx = Prisma.TransactionClient;
type Writers = { [Kind in Row['kind']]: (tx: Tx, team: string, row: Extract<Row, { kind: Kind }>) => Promise<unknown> };

/** Inserts, replaces or removes one record. */
export async function write(tx: Tx, team: string, row: Row): Promise<void> {
  const writer = writers[row.kind] as (tx: Tx, team: string, row: Row) => Promise<unknown>;
  await writer(tx, team, row);
}

const writers: Writers = {
  person: (tx, team, { user, number }) => {
    const { id, teamId: homeTeam, channels, ...about } = user;
    const data = { ...about, number, homeTeam, limited: channels !== undefined, channels: [...(channels ?? [])] };
    return tx.playgroundPerson.upsert({
      where: { team_id: { team, id } },
      create: { team, id, ...data },
      update: data,
    });
  },
  user_group: (tx, team, { id, users }) =>
    tx.playgroundUserGroup.upsert({
      where: { team_id: { team, id } },
      create: { team, id, users },
      update: { users },
    }),
  channel: (tx, team, { channel, number }) => {
    const { id, people, ...about } = channel;
    const data = { ...about, number, closed: people !== undefined, people: [...(people ?? [])] };
    return tx.playgroundChannel.upsert({
      where: { team_id: { team, id } },
      create: { team, id, ...data },
      update: data,
    });
  },
  message: (tx, team, { message }) => {
    const key = { team, channel: message.channel, ts: message.ts };
    const content = json(message);
    return tx.playgroundMessage.upsert({
      where: { team_channel_ts: key },
      create: { ...key, content },
      update: { content },
    });
  },
  file: (tx, team, { file, bytes }) => {
    const key = { team, id: file.id };
    const about = json(file);
    if (!bytes) return tx.playgroundFile.update({ where: { team_id: key }, data: { about } });
    return tx.playgroundFile.upsert({
      where: { team_id: key },
      create: { ...key, about, bytes: new Uint8Array(bytes) },
      update: { about },
    });
  },
  ephemeral: (tx, team, { ephemeral }) => {
    const key = { team, ts: ephemeral.ts };
    const content = json(ephemeral);
    return tx.playgroundEphemeral.upsert({ where: { team_ts: key }, create: { ...key, content }, update: { content } });
  },
  form: (tx, team, { form }) => view(tx, team, form.id, 'form', form),
  form_closed: (tx, team, { id }) => tx.playgroundView.deleteMany({ where: { team, id } }),
  home: (tx, team, { home }) => view(tx, team, home.view.id, 'home', home),
  prompts: (tx, team, { channel, suggested }) => {
    const key = { team, channel };
    const content = json(suggested);
    return tx.playgroundPrompts.upsert({
      where: { team_channel: key },
      create: { ...key, content },
      update: { content },
    });
  },
  delivery: (tx, team, { body }) => {
    const key = { team, eventId: body.event_id };
    return tx.playgroundDelivery.upsert({
      where: { team_eventId: key },
      create: { ...key, body: json(body) },
      update: {},
    });
  },
  delivered: (tx, team, { eventId }) => tx.playgroundDelivery.deleteMany({ where: { team, eventId } }),
};

function view(tx: Tx, team: string, id: string, kind: 'form' | 'home', record: object): Promise<unknown> {
  const data = { kind, content: json(record) };
  return tx.playgroundView.upsert({ where: { team_id: { team, id } }, create: { team, id, ...data }, update: data });
}

/** JSON knows no fields without a value. */
const json = (record: object): Prisma.InputJsonObject => JSON.parse(JSON.stringify(record));

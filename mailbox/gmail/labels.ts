import { type Gmail, statusOf } from './client.ts';

export type Labels = {
  /** Makes it where there is none. */
  idOf(name: string): Promise<string>;
  namesOf(ids: string[]): Promise<string[]>;
};

/** Gmail calls the labels that people make by ids. */
export function openLabels(gmail: Gmail): Labels {
  let names = new Map<string, string>();

  async function look(): Promise<void> {
    const { data } = await gmail.users.labels.list({ userId: 'me' });
    names = new Map(data.labels?.flatMap(({ id, name }) => (id && name ? [[id, name] as const] : [])));
  }

  async function find(name: string): Promise<string | undefined> {
    await look();
    return [...names].find(([, known]) => known === name)?.[0];
  }

  async function make(name: string): Promise<string | undefined> {
    try {
      return (await gmail.users.labels.create({ userId: 'me', requestBody: { name } })).data.id ?? undefined;
    } catch (error) {
      // Another process may have made it at this moment.
      if (statusOf(error) === 400 || statusOf(error) === 409) return find(name);
      throw error;
    }
  }

  return {
    // A person may have deleted it since, so that it is looked for each time.
    async idOf(name) {
      const id = (await find(name)) ?? (await make(name));
      if (id === undefined) throw new Error(`Gmail does not let us make the label "${name}"`);
      return id;
    },
    async namesOf(ids) {
      if (ids.some((id) => !names.has(id))) await look();
      return ids.map((id) => names.get(id) ?? id);
    },
  };
}

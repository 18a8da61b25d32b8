import { openPool, withSettings } from '../../prisma/connection.ts';

export type ReaderLock = {
  /** May this process read? Once it may, it stays so until it ends. */
  isOurs(): Promise<boolean>;
  close(): Promise<void>;
};

/** A process whose machine vanished does not keep it for ever. */
const PROBES = { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' };

/**
 * Of several processes one asks Gmail for news. It is a matter of Gmail's limits alone: should two ask, each mail is
 * taken once all the same.
 */
export function openReaderLock(url: string, name: string): ReaderLock {
  const pool = openPool(
    {
      connectionString: withSettings(url, PROBES),
      max: 1,
      allowExitOnIdle: true,
      application_name: 'countersign-mail',
    },
    () => {},
  );
  let letGo: (() => void) | null = null;

  async function take(): Promise<boolean> {
    const client = await pool.connect();
    try {
      const sql = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as ours';
      const { rows } = await client.query<{ ours: boolean }>(sql, [`countersign mailbox ${name}`]);
      if (!rows[0]?.ours) {
        client.release();
        return false;
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    const release = () => {
      if (letGo !== release) return;
      letGo = null;
      client.release(true);
    };
    letGo = release;
    client.once('end', release);
    return true;
  }

  return {
    isOurs: async () => letGo !== null || take(),
    async close() {
      letGo?.();
      await pool.end();
    },
  };
}

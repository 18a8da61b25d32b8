/** What the global setup makes for all test files and hands to them. */
declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    redisUrl: string | undefined;
    /** A folder that all files of a run share, and that goes when it ends. */
    runFolder: string;
    /** One for all files of a run, so that they can share out what is sampled. */
    sweepSeed: number;
  }
}

/** The database with all migrations that fresh ones are copied from. */
export const template = 'countersign_template';

/** What stands in it lies in memory, on Linux. */
export const memoryFolder = '/dev/shm';

/** Redis numbers its databases; every test that asks gets a number of its own. */
export const redisDatabases = 4096;

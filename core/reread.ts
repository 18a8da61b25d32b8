import type { Log } from './log.ts';

/** What a file says now, for everyone to use from now on, or the lines that say what is wrong with it. */
export type Reread = { kind: 'read'; use(): void } | { kind: 'broken'; lines: string[] };

/** Uses what all of the files say now. Where one is broken, all stay as they were. */
export function rereadAll(files: (() => Reread)[], log: Pick<Log, 'info' | 'error'>): void {
  const read = files.map((reread) => reread());
  const lines = read.flatMap((one) => (one.kind === 'broken' ? one.lines : []));
  if (lines.length > 0) {
    log.error({ lines }, 'the files were not read again, because they are broken; those of before stay in use');
    return;
  }
  for (const one of read) if (one.kind === 'read') one.use();
  log.info('the files were read again, and are in use from now on');
}

import type { Log } from './log.ts';

/** The new content of a file, which `use` puts into use, or the lines that say what is wrong with it. */
export type Reread = { kind: 'read'; use(): void } | { kind: 'broken'; lines: string[] };

/** Reads all of the files again and uses them. Where one is broken, keeps the old content of all. */
export function rereadAll(files: (() => Reread)[], log: Pick<Log, 'info' | 'error'>): void {
  const read = files.map((reread) => reread());
  const lines = read.flatMap((one) => (one.kind === 'broken' ? one.lines : []));
  if (lines.length > 0) {
    log.error({ lines }, 'the files are broken; their old content stays in use');
    return;
  }
  for (const one of read) if (one.kind === 'read') one.use();
  log.info('the files were read again');
}

import { openThread } from '../worker-thread.ts';
import type { FileKind, Reading } from './types.ts';

export type FileReader = {
  /** Takes the bytes away. */
  read(kind: FileKind, content: Uint8Array<ArrayBuffer>): Promise<Reading>;
  close(): Promise<void>;
};

const LIMITS = { patienceMs: 5_000, mostMemoryMb: 256, mostGrowthMb: 400 };

/** Reads text, PDF files, mails and images in a thread of its own. */
export function openFileReader(): FileReader {
  const thread = openThread<{ kind: FileKind; content: Uint8Array<ArrayBuffer> }, Reading>(
    new URL('./worker.mjs', import.meta.url),
    LIMITS,
  );
  return {
    async read(kind, content) {
      const heard = await thread.ask({ kind, content }, [content.buffer]);
      return heard.kind === 'answer' ? heard.answer : heard;
    },
    close: thread.close,
  };
}

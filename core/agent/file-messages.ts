import type { AttachedFile, Step } from '../records/types.ts';
import { fence } from './fence.ts';
import type { ChatMessage } from './model.ts';

/** A file as the model is given it. */
export type GivenFile =
  | { kind: 'text'; text: string }
  /** As a data URL. */
  | { kind: 'image'; url: string }
  | { kind: 'left_out'; why: string };

/** By their digests. */
export type GivenFiles = Map<string, GivenFile>;

export function givenFile({ content }: AttachedFile, given: GivenFiles): GivenFile {
  switch (content.kind) {
    case 'kept':
      return given.get(content.digest) ?? { kind: 'left_out', why: 'it was erased' };
    case 'unread':
      return { kind: 'left_out', why: content.why };
    case 'elsewhere':
      return { kind: 'left_out', why: 'nobody has fetched it' };
  }
}

/** Files as data, and behind them the images. */
export function filesMessage(files: AttachedFile[], given: GivenFiles): ChatMessage {
  const images: string[] = [];
  const texts = files.map((file) => {
    const content = givenFile(file, given);
    if (content.kind === 'image') images.push(content.url);
    return fence(`file ${file.name}`, `${aboutFile(file)}, ${contentText(content, images.length)}`);
  });
  return { role: 'user', content: texts.join('\n'), ...(images.length > 0 ? { images } : {}) };
}

function contentText(content: GivenFile, images: number): string {
  switch (content.kind) {
    case 'text':
      return `which says:\n${content.text}`;
    case 'image':
      return `which is image ${images} below.`;
    case 'left_out':
      return `without its content: ${content.why}.`;
  }
}

function aboutFile({ name, type, size, by }: AttachedFile): string {
  const uploader = by === undefined ? '' : `, uploaded by ${by}`;
  return `${name} (${type === '' ? '' : `${type}, `}${Math.ceil(size / 1024)} KB)${uploader}`;
}

/** Leaves out the content of a file that stands in later steps as well. Notes in `seen` what stands here. */
export function withoutRepeated(steps: readonly Step[], seen: Set<string>): Step[] {
  return steps
    .toReversed()
    .map((step) => (step.kind === 'files' ? { ...step, content: { files: onceEach(step.content.files, seen) } } : step))
    .toReversed();
}

function onceEach(files: AttachedFile[], seen: Set<string>): AttachedFile[] {
  return files
    .toReversed()
    .map((file) => {
      if (file.content.kind !== 'kept') return file;
      if (seen.has(file.content.digest)) return withoutContent(file, 'the same file stands further below');
      seen.add(file.content.digest);
      return file;
    })
    .toReversed();
}

export function withoutContent(file: AttachedFile, why: string): AttachedFile {
  return { ...file, content: { kind: 'unread', why } };
}

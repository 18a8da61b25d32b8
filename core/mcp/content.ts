import { z } from 'zod';
import { wellFormed } from '../text.ts';

const OUTCOME = 'countersign/outcome';

/** Loose on purpose: an unknown block must not hide that the tool has acted. */
export const CallResult = z.looseObject({
  _meta: z
    .looseObject({ [OUTCOME]: z.unknown() })
    .optional()
    .catch(undefined),
  content: z.array(z.unknown()).catch([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().catch(false),
});

export type Answer = { text: string; structured?: unknown };

const Block = z.object({
  type: z.string(),
  text: z.string().optional(),
  data: z.string().optional(),
  mimeType: z.string().optional(),
  name: z.string().optional(),
  uri: z.string().optional(),
  resource: z
    .object({
      uri: z.string(),
      mimeType: z.string().optional(),
      text: z.string().optional(),
      blob: z.string().optional(),
    })
    .optional(),
});
type Block = z.infer<typeof Block>;

/** The answer as text for a model, cut at `maxBytes`, and the structured content if it is small enough. */
export function readAnswer(result: z.infer<typeof CallResult>, maxBytes: number): Answer {
  const text = cut(result.content.map(describe).join('\n'), maxBytes);
  if (result.structuredContent === undefined) return { text };
  const json = JSON.stringify(result.structuredContent) ?? '';
  if (Buffer.byteLength(json) > maxBytes) return { text: text || cut(json, maxBytes) };
  return { text: text || json, structured: result.structuredContent };
}

/** Does the server say that it does not know whether a failed call took effect? */
export function saysUnknown({ isError, _meta }: z.infer<typeof CallResult>): boolean {
  return isError && _meta?.[OUTCOME] === 'unknown';
}

function describe(raw: unknown): string {
  const parsed = Block.safeParse(raw);
  if (!parsed.success) return '[content that cannot be read]';
  const block = parsed.data;
  if (block.type === 'text') return block.text ?? '';
  if (block.type === 'resource') return describeResource(block.resource);
  if (block.type === 'resource_link') return `[link: ${block.name ?? 'resource'}, ${block.uri ?? 'no address'}]`;
  return `[${block.mimeType ?? block.type}, ${size(base64Bytes(block.data ?? ''))}]`;
}

function describeResource(resource: Block['resource']): string {
  if (!resource) return '[resource without content]';
  const bytes = resource.text === undefined ? base64Bytes(resource.blob ?? '') : Buffer.byteLength(resource.text);
  const label = `[${resource.mimeType ?? 'resource'} ${resource.uri}, ${size(bytes)}]`;
  return resource.text === undefined ? label : `${label}\n${resource.text}`;
}

function base64Bytes(base64: string): number {
  return Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
}

export function cut(raw: string, maxBytes: number): string {
  const text = wellFormed(raw);
  const total = Buffer.byteLength(text);
  if (total <= maxBytes) return text;
  const bytes = Buffer.from(text.slice(0, maxBytes));
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && isInsideCharacter(bytes[end])) end--;
  return `${bytes.toString('utf8', 0, end)}\n[cut here: ${size(total - end)} of ${size(total)} left out; ask for a smaller part]`;
}

function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

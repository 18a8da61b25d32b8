import type { FileKind } from './types.ts';

/** A larger file is listed and not read. */
export const LARGEST_MB = 20;
export const LARGEST = LARGEST_MB * 1024 * 1024;

const TEXT_TYPE = /^(text\/(plain|csv|markdown|calendar|tab-separated-values|x-log)|application\/(json|csv|ics))$/;
const TEXT_NAME = /\.(txt|csv|tsv|md|json|log|ics)$/i;
const IMAGE_TYPE = /^image\/(png|jpe?g|webp|gif)$/;
const IMAGE_NAME = /\.(png|jpe?g|webp|gif)$/i;
/** Programs that do not know what a file is say so. */
const UNKNOWN_TYPE = /^(application\/(octet-stream|x-unknown)|)$/;

/** How a file is read; null where it is not. */
export function kindOf({ name, type }: { name: string; type: string }): FileKind | null {
  const is = (types: RegExp, names: RegExp) => types.test(type) || (UNKNOWN_TYPE.test(type) && names.test(name));
  if (type === 'message/rfc822') return 'mail';
  if (is(/^application\/pdf$/, /\.pdf$/i)) return 'pdf';
  if (is(IMAGE_TYPE, IMAGE_NAME)) return 'image';
  return is(TEXT_TYPE, TEXT_NAME) ? 'text' : null;
}

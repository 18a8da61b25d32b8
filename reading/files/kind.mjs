/** A larger file is listed and not read. */
export const LARGEST = 20 * 1024 * 1024;

const TEXT_TYPE = /^(text\/(plain|csv|markdown|calendar|tab-separated-values|x-log)|application\/(json|csv|ics))$/;
const TEXT_NAME = /\.(txt|csv|tsv|md|json|log|ics)$/i;
/** Programs that do not know what a file is say so. */
const UNKNOWN_TYPE = /^application\/(octet-stream|x-unknown)$/;

/** How an attachment is read; null where it is not. */
export function kindOf({ name, type }) {
  if (type === 'message/rfc822') return 'mail';
  if (type === 'application/pdf' || (UNKNOWN_TYPE.test(type) && /\.pdf$/i.test(name))) return 'pdf';
  return TEXT_TYPE.test(type) || (UNKNOWN_TYPE.test(type) && TEXT_NAME.test(name)) ? 'text' : null;
}

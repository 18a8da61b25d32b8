import type { ToolView } from '../tools/view.ts';
import { currencyOf, measuresOf } from '../words/units.ts';
import { idParams } from './ids.ts';

const bare =
  /(?<=(?:^|\s)(?:is|are|was|were|has|have|did|does|of|for|about|on|and|with|show|check|cancel|where's|what's|whats|status)\s)(#?)(\d{4,8})(?![\p{L}\d%/:-]|[.,]\d)(?:\s+([\p{L}'’]+))?/giu;
const year = /^(?:19|20)\d\d$/;

/** "Is 1014 out of the door?": a number that can only be the id of one kind of thing is that id. */
export function withBareNumbers(question: string, views: ToolView[]): string {
  const prefixes = new Map<string, number>();
  for (const { shape } of idParams(views)) {
    const [, prefix, digits] = /^(.*\D)(\d+)$/.exec(shape?.example ?? '') ?? [];
    if (prefix !== undefined && digits !== undefined && shape?.fromNumber) prefixes.set(prefix, digits.length);
  }
  return question.replace(bare, (phrase, sign: string, digits: string, next: string | undefined) => {
    const ofWidth = [...prefixes].filter(([, width]) => width === digits.length);
    const [only] = ofWidth;
    if (!only || ofWidth.length > 1) return phrase;
    const isWritten = sign !== '' || digits.startsWith('0');
    if (!isWritten && (isCounted(next) || year.test(digits))) return phrase;
    return phrase.replace(`${sign}${digits}`, `${only[0]}${digits}`);
  });
}

/** "Is 1200 dollars enough?" */
function isCounted(next = ''): boolean {
  const word = next.toLowerCase();
  const isPlural = /[^s]s$/.test(word) && !/^(?:is|was|has|does|as|this|its)$/.test(word);
  return isPlural || /^(?:people|of)$/.test(word) || measuresOf(word).length > 0 || currencyOf(word) !== undefined;
}

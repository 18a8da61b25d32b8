import { irregular } from './irregular.ts';
import { stem } from './stem.ts';

/** What a verb does to what it is said of. `read` changes nothing. */
export type Deed = 'read' | 'create' | 'change' | 'remove' | 'send' | 'run';

const said: Record<Deed, string> = {
  read:
    'get show list find search look lookup see view check tell read fetch retrieve query display describe browse count ' +
    'know what who where when which how explain calculate compute estimate convert compare predict analyze analyse ' +
    'determine evaluate solve identify review preview inspect summarize verify validate measure monitor track detect lookup ' +
    'recommend suggest discover locate obtain pull provide gather',
  create:
    'create add make open new register insert put post book reserve schedule order buy purchase report file log ' +
    'generate write start place sign enroll subscribe compose build upload store save record set plan raise note issue rent hire draw paint compose',
  change:
    'update change put edit modify set rename move adjust refund suspend unsuspend reinstate activate reactivate deactivate block unblock approve reject ' +
    'assign correct rewrite raise bump lower increase decrease reduce turn switch convert reset mark replace transfer pay ' +
    'lock unlock enable disable close reopen restock freeze stop pause resume extend renew upgrade downgrade reschedule swap withdraw deposit sell trade invest donate lend borrow spend',
  remove:
    'delete remove cancel erase drop clear discard void revoke unsubscribe withdraw uninstall deactivate kill take',
  send: 'send email mail message notify post tell share announce forward reply text ping warn inform alert invite',
  run: 'run execute play launch start call trigger do perform simulate train',
};

const byStem = new Map<string, Deed[]>();
for (const [deed, words] of Object.entries(said) as [Deed, string][]) {
  for (const word of words.split(' ')) byStem.set(stem(word), [...(byStem.get(stem(word)) ?? []), deed]);
}

/** What was sold or spent is told, and not to be done. */
export function deedsOf(word: string): Deed[] {
  if (Object.hasOwn(irregular, word)) return [];
  return byStem.get(stem(word)) ?? [];
}

export function isVerb(word: string): boolean {
  return byStem.has(stem(word)) && !Object.hasOwn(irregular, word);
}

const plain = new Set(Object.values(said).flatMap((words) => words.split(' ')));

/** Whether a word is a verb as it stands, and not a noun made of one. */
export function isPlainVerb(word: string): boolean {
  return plain.has(word) || plain.has(word.replace(/e?s$/, ''));
}

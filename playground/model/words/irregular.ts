import { stem } from './stem.ts';

const forms: Record<string, string> = {
  bought: 'buy',
  sold: 'sell',
  sent: 'send',
  paid: 'pay',
  spent: 'spend',
  gave: 'give',
  given: 'give',
  made: 'make',
  broken: 'break',
  broke: 'break',
  stolen: 'steal',
  withdrawn: 'withdraw',
  withdrew: 'withdraw',
};

/** The stem of a word whose form does not show it: sold is of sell. */
export function baseStem(word: string): string {
  return stem(forms[word] ?? word);
}

/** Forms that do not show of which word they are. */
export const irregular: Record<string, string> = {
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
  wrote: 'write',
  written: 'write',
  took: 'take',
  taken: 'take',
  lent: 'lend',
  flew: 'fly',
  flown: 'fly',
  drove: 'drive',
  driven: 'drive',
};

/** Whether a word tells what was done. */
export function isPastForm(word: string): boolean {
  return Object.hasOwn(irregular, word) || /\p{L}{2}ed$/u.test(word);
}

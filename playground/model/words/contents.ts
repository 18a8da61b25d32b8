import { wordsIn } from './stem.ts';

const standsIn =
  /\bwhat(?:['’]?s| is| was| were| are| all| exactly| else)*\s+(?:on|in|inside)\s+(?:(?:it|them|there)\b|(?:the|that|this|these|his|her|their|my|our|\p{L}+['’]s)\s+((?:\p{L}+\s*){1,3})|\S*\d)/iu;

/** "What was on the last bill?" asks for what stands in it: the words for the thing; none where it is only taken up. */
export function asksWhatStandsIn(text: string): string[] | undefined {
  const match = standsIn.exec(text);
  return match ? wordsIn(match[1] ?? '') : undefined;
}

const written: [RegExp, string][] = [
  [/\b(what|who|how|where|when|why|that|it|there|here)s\b(?=\s)/gi, '$1 is'],
  [/\b(what|who|how|where|when)['’]s\b(?=\s)/gi, '$1 is'],
  [/\bit is(?= (?:own|id|price|name)\b)/gi, 'its'],
  [/\b(?:pls|plz|plse|pleas)\b/gi, 'please'],
  [/\b(do|does|did|is|was|have|has|ca|wo|could|would|should)nt\b/gi, "$1n't"],
  [/\bgimme\b/gi, 'give me'],
  [/\b(?:no|nr|num)\. ?(?=\d)/gi, 'number '],
  [/\bwanna\b/gi, 'want to'],
  [/\b(?:thx|tx|ty)\b/gi, 'thanks'],
];

/** What several words order to be done, by the one verb for it. */
const phrasal: [RegExp, string][] = [
  [/\b(?:turn|switch) ((?:\S+ ){1,6}?)(?:back )?on\b(?! (?:the|a|an|my)\b)/gi, 'activate $1'],
  [/\b(?:turn|switch) ((?:\S+ ){1,6}?)off\b(?! (?:the|a|an|my)\b)/gi, 'deactivate $1'],
  [/\bdrop (?:a|another) (?:line|note)(?= (?:in|to|into|for)\b)/gi, 'send a message'],
];

/** What people type in a hurry, as it is spelled. */
export function spelledOut(text: string): string {
  return [...written, ...phrasal].reduce((said, [form, full]) => said.replace(form, full), text);
}

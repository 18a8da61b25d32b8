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

/** What people type in a hurry, as it is spelled. */
export function spelledOut(text: string): string {
  return written.reduce((said, [form, full]) => said.replace(form, full), text);
}

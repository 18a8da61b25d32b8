/** Removes the advice for the model that the gate's texts end with, behind a semicolon: people read them without it. */
export function withoutAdvice(text: string): string {
  return text.replace(/; (?:tell the person|correct them|ask the person|call again|read what)[^.]*\./g, '.');
}

/** The gate's words go to the model and end with advice for it, behind a semicolon. A person reads them without. */
export function withoutAdvice(text: string): string {
  return text.replace(/; (?:tell the person|correct them|ask the person|call again|look at what)[^.]*\./g, '.');
}

/** For a page without rows although there are some. */
export function beyondEnd(total: number, offset: number): string {
  return `There ${total === 1 ? 'is' : 'are'} ${total}; offset ${offset} is beyond the end.`;
}

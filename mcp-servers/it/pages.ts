/** For a page without rows although there are some; with `more`, there are others that were not ranked. */
export function beyondEnd(total: number, offset: number, more = false): string {
  return `There ${total === 1 ? 'is' : 'are'} ${total}${more ? ' that were ranked' : ''}; offset ${offset} is beyond the end.`;
}

/** "20 of 300 or more". */
export function shareOf(rows: unknown[], { total, more }: { total: number; more: boolean }): string {
  return `${rows.length} of ${total}${more ? ' or more' : ''}`;
}

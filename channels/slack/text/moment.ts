/** A time that Slack shows in the reader's own time zone. */
export function moment(seconds: number): string {
  return `<!date^${Math.floor(seconds)}^{date_short_pretty} at {time}|${utc(seconds)}>`;
}

export function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

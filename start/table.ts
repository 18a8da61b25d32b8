import type { Context } from '../context.ts';
import type { Env } from '../core/env.ts';

/** Width of the column for names; a path may need more. */
const COLUMN = 36;

/** Lists what is real and what stands in. */
export function table(
  env: Env,
  context: Context,
  { url, smtp }: { url: string; smtp: string | null },
  toolServers: string[],
): string {
  const deskNames = context.desks.map(({ name }) => name);
  const rows = [
    env.database.kind === 'url'
      ? ['Postgres', 'yours', '']
      : ['Postgres', `embedded, in ${env.database.dataDir}`, 'DATABASE_URL'],
    env.queue.kind === 'redis' ? ['Queue', 'BullMQ on Redis', ''] : ['Queue', 'BullMQ on Postgres', 'REDIS_URL'],
    env.slack.kind === 'none'
      ? ['Slack', 'a stand-in workspace', 'SLACK_BOT_TOKEN']
      : ['Slack', `${context.slack?.identity.team}, by ${env.slack.kind === 'socket' ? 'Socket Mode' : 'HTTP'}`, ''],
    env.gmail ? ['Mail', env.gmail.user, ''] : ['Mail', `a mock mailbox, by SMTP to ${smtp}`, 'GMAIL_USER'],
    ['Model', modelText(env), env.model.kind === 'none' ? 'OPENAI_API_KEY or OPENAI_BASE_URL' : ''],
    ['Tools', inColumn(toolServers, 'servers'), 'mcp.json, for more'],
    ['Desks', inColumn(deskNames, 'desks'), 'desks/, for more'],
  ];
  const width = Math.max(COLUMN, ...rows.map(([, what = '']) => what.length));
  const lines = rows.map(([part = '', what = '', how = '']) =>
    `  ${part.padEnd(10)}${what.padEnd(width)}  ${how && `→ ${how}`}`.trimEnd(),
  );
  return `\nCountersign is ready: ${url}\n\n${lines.join('\n')}\n\n`;
}

/** As many of the names as fit into the column. */
function inColumn(names: string[], what: string): string {
  const all = names.join(', ');
  if (all.length <= COLUMN) return all;
  const some = (count: number) => `${names.length} ${what}: ${names.slice(0, count).join(', ')}, …`;
  const most = names.findLastIndex((_, at) => some(at + 1).length <= COLUMN);
  return most < 0 ? `${names.length} ${what}` : some(most + 1);
}

export function modelText({ model }: Env): string {
  return model.kind === 'none' ? 'a stand-in' : model.model;
}

import type { Prisma } from '../../prisma/client/client.ts';

type Where = Prisma.MailMessageWhereInput;
export type Query = { kind: 'ok'; where: Where } | { kind: 'bad'; why: string };

const MOST_TERMS = 30;
/** `from:lisa`, `subject:"loose clasp"`, `-is:unread`, `"whole phrase"`, `word`. */
const TERM = /(-?)(?:([a-z_]+):)?(?:"([^"]*)"|(\S+))/gi;

/** Reads a search as Gmail's search box does: all terms must fit, and a minus before one means that it must not. */
export function readQuery(query: string, now: Date): Query {
  const terms = [...query.matchAll(TERM)];
  if (terms.length > MOST_TERMS) return { kind: 'bad', why: `A search has at most ${MOST_TERMS} terms.` };
  const all: Where[] = [];
  for (const [, minus, operator, phrase, word] of terms) {
    const value = (phrase ?? word ?? '').trim();
    if (value === '') continue;
    const read = operator === undefined ? containing(value) : operators[operator.toLowerCase()]?.(value, now);
    if (read === undefined) return { kind: 'bad', why: unknownOperator(operator ?? '') };
    if (typeof read === 'string') return { kind: 'bad', why: read };
    all.push(minus ? { NOT: read } : read);
  }
  return { kind: 'ok', where: { AND: all } };
}

/** A string says what is wrong with the value. */
type Operator = (value: string, now: Date) => Where | string;

const operators: Record<string, Operator> = {
  from: (value) => ({ fromText: like(value) }),
  to: (value) => ({ toText: like(value) }),
  subject: (value) => ({ subject: like(value) }),
  after: (value) => day(value, (gte) => ({ receivedAt: { gte } })),
  before: (value) => day(value, (lt) => ({ receivedAt: { lt } })),
  newer_than: (value, now) => age(value, now, (gte) => ({ receivedAt: { gte } })),
  older_than: (value, now) => age(value, now, (lt) => ({ receivedAt: { lt } })),
  has: (value) =>
    value.toLowerCase() === 'attachment' ? { NOT: { attachments: { isEmpty: true } } } : ONLY_ATTACHMENT,
  is: (value) => states[value.toLowerCase()] ?? `is: takes ${Object.keys(states).join(', ')}.`,
  label: labelled,
  in: (value) => (value.toLowerCase() === 'anywhere' ? {} : labelled(value)),
  filename: (value) => ({ attachments: { has: value } }),
};

const ONLY_ATTACHMENT = 'has: takes attachment.';

const states: Record<string, Where> = {
  unread: { labels: { has: 'UNREAD' } },
  read: { NOT: { labels: { has: 'UNREAD' } } },
  starred: { labels: { has: 'STARRED' } },
  important: { labels: { has: 'IMPORTANT' } },
};

function labelled(value: string): Where {
  return { labels: { hasSome: [value, value.toUpperCase()] } };
}

function containing(value: string): Where {
  const texts = [{ subject: like(value) }, { text: like(value) }, { fromText: like(value) }, { toText: like(value) }];
  return { OR: texts };
}

/** Prisma takes % and _ for wildcards. */
function like(value: string) {
  return { contains: value.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const;
}

function day(value: string, where: (date: Date) => Where): Where | string {
  const [, year, month, date] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(value) ?? [];
  const read = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  if (year === undefined || read.getUTCDate() !== Number(date)) return `${value} is no day, such as 2026/11/20.`;
  return where(read);
}

const DAYS = { d: 1, w: 7, m: 30, y: 365 };
const DAY_MS = 86_400_000;

function age(value: string, now: Date, where: (date: Date) => Where): Where | string {
  const [, count, unit] = /^(\d{1,4})([dwmy])$/i.exec(value) ?? [];
  const days = DAYS[(unit ?? '').toLowerCase() as keyof typeof DAYS];
  if (count === undefined || days === undefined) return `${value} is no age, such as 7d, 2w, 3m or 1y.`;
  return where(new Date(now.getTime() - Number(count) * days * DAY_MS));
}

function unknownOperator(operator: string): string {
  return `There is no operator ${operator}: here; use ${Object.keys(operators).join(', ')}, or put the words in quotes.`;
}

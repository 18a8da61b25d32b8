import type { AttachedFile } from '../records/types.ts';
import type { ModelAnswer } from './model.ts';

export type Limit = { kind: 'steps' | 'tokens' | 'seconds' | 'characters'; most: number };

/** Our own texts for people, used where no model answers. */
export function limitText({ kind, most }: Limit): string {
  return `I stopped here before I was done: one answer may take ${most} ${kind} at most. Please ask for a smaller part, or ask again.`;
}

export function poisonText(): string {
  return 'I tried this several times and was cut off each time, so I have stopped trying. Please ask again, perhaps in other words.';
}

export function emptyText(): string {
  return 'The model gave no answer to this. Please ask again, perhaps in other words.';
}

export function unconfiguredText(): string {
  return 'No model is configured yet, so I cannot answer. Your message is kept, and I will answer it here as soon as there is one (set OPENAI_API_KEY or OPENAI_BASE_URL).';
}

export function rejectedText(): string {
  return 'The model endpoint does not accept my request. Your message is kept, and I will try a few more times.';
}

export function unacceptableText(): string {
  return 'The model endpoint does not accept this conversation, however often I ask, so I cannot answer. It may have grown too large: ask for a smaller part, or begin a new thread.';
}

export function refusedText(): string {
  return 'The model endpoint refuses my requests, so somebody must check its key and settings. Your message is kept, and I will answer it here once that is fixed.';
}

type Away = Extract<ModelAnswer, { kind: 'away' }>['reason'];

export function awayText(reason: Away): string {
  const why = {
    rate_limited: 'The model is rate-limited right now',
    timeout: 'The model is not answering in time',
    unreachable: 'The model cannot be reached right now',
    server_error: 'The model has trouble right now',
    broken_stream: 'The connection to the model keeps breaking',
  }[reason];
  return `${why}. Your message is kept, and I will answer it here when the model is back.`;
}

export function interruptedText(tool: string): string {
  return `Whether ${tool} took effect is not known: the connection or the worker was lost while it ran. It is not repeated. Tell the person to check.`;
}

export function changedText(tool: string): string {
  return `${tool} has changed since you called it. Nothing was done; read what it takes now and call it again.`;
}

export function tooManyText(most: number): string {
  return `Only ${most} calls run at once. Nothing was done; call again for the rest.`;
}

export function goneDeskText(desk: string): string {
  return `The desk that answered here (${desk}) is no longer set up, so I cannot answer. Please ask the people who run this assistant.`;
}

export function unreadableText(): string {
  return 'Another version of me began this answer, and I cannot read its record, so I stopped. Please ask again.';
}

/** The one mail that a customer gets when colleagues take over. */
export function handedOverText(): string {
  return 'Thank you for your mail. A colleague of ours takes over from here, and will answer you in this conversation.';
}

/** Stands in the conversation where the agent is silent. */
export function silentText(): string {
  return '(You wrote nothing here: colleagues answer the customer.)';
}

/** Added to the instructions while a draft waits. */
export function waitingDraftText(): string {
  return 'Your last answer has not been sent yet: a colleague reads it first, and what you write now takes its place. So answer everything that the customer has asked since the last answer that they got.';
}

export function limitedText(): string {
  return 'This would go over a limit of this desk. Nothing was done; tell the person so.';
}

const MOST_NAMED = 10;

/** Empty where all were read, or nobody sent the others on purpose. */
export function unreadFilesText(files: AttachedFile[]): string {
  const unread = files.flatMap(({ name, inline, content }) =>
    content.kind === 'unread' && !inline ? [`\`${name.replaceAll('`', "'")}\` (${content.why})`] : [],
  );
  const rest = unread.length > MOST_NAMED ? ` and ${unread.length - MOST_NAMED} more files` : '';
  return unread.length === 0 ? '' : `I could not read ${unread.slice(0, MOST_NAMED).join(', ')}${rest}.`;
}

import type { Refusal } from '../approvals/types.ts';
import type { Matter } from '../records/matters.ts';

/** The conversation with a customer that a card is about. */
export type Conversation = {
  thread: number;
  desk: string;
  customer: string;
  verified: 'yes' | 'no';
  /** Of the card of a matter. */
  matter: Matter | null;
};

/** Why a colleague's doing had no effect. */
export type NotAnswered =
  | { kind: 'refused'; refusal: Refusal }
  /** Somebody else was faster. */
  | { kind: 'decided'; matter: Matter }
  | { kind: 'empty' }
  | { kind: 'gone' };

export type Permitted = { kind: 'permitted'; conversation: Conversation } | NotAnswered;
export type Answered = { kind: 'done' } | NotAnswered;

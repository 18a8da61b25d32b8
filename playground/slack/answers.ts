export type Refusal = { ok: false; error: string; [detail: string]: unknown };
export type Answer = { ok: true; [field: string]: unknown } | Refusal;
export type Found<T> = { ok: true; value: T } | Refusal;

export const found = <T>(value: T): Found<T> => ({ ok: true, value });

export const refuse = (error: string, details?: Record<string, unknown>): Refusal => ({ ok: false, error, ...details });

/** Slack explains a refusal twice: bare in `errors`, and marked in `response_metadata.messages`. */
export function refuseWith(error: string, complaints: string[]): Refusal {
  return refuse(error, {
    errors: complaints,
    response_metadata: { messages: complaints.map((complaint) => `[ERROR] ${complaint}`) },
  });
}

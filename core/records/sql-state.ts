import { z } from 'zod';

const refusal = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) }),
});

/** The SQLSTATE of an error of Postgres; null for any other. */
export function sqlStateOf(error: unknown): string | null {
  return refusal.safeParse(error).data?.meta.driverAdapterError.cause.originalCode ?? null;
}

/** Values that Postgres does not take, constraints that they break, and its limits: the same comes of every further try. */
export function isOfTheData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlStateOf(error) ?? '');
}

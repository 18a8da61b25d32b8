import { isRecord } from '../gate/canonical.ts';

/** All texts and numbers within a value, and the names of its members. */
export function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isRecord(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...leavesOf(member)]) : [];
}

/** The same without the names. */
export function valuesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  return isRecord(value) ? Object.values(value).flatMap(valuesOf) : [value];
}

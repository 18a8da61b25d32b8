import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Vectors by the hash of their texts, kept in a file. */
export type Cache = {
  get(text: string): Float32Array | undefined;
  put(text: string, vector: Float32Array): void;
  save(): void;
};

const HASH = 16;
const DIMENSIONS = 512;
const RECORD = HASH + DIMENSIONS * 4;
const CHECK = 4;
/** Names the form of the file and the model: with another of either the vectors are made anew. */
const HEAD = Buffer.from('countersign vectors 1 energetic-ai-en-0.2\n');
/** 2 MB. The oldest go first. */
const MOST = 1_000;

/** A file that is missing, cut off or not ours counts as empty, and is written anew. */
export function openCache(file: string): Cache {
  const kept = readKept(file);
  let changed = false;
  return {
    get: (text) => kept.get(keyOf(text)),
    put: (text, vector) => {
      kept.set(keyOf(text), vector);
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
      changed = true;
    },
    save: () => {
      if (!changed) return;
      changed = false;
      write(file, kept);
    },
  };
}

function keyOf(text: string): string {
  return createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, HASH * 2);
}

function readKept(file: string): Map<string, Float32Array> {
  const kept = new Map<string, Float32Array>();
  const bytes = read(file);
  const size = bytes.length - HEAD.length - CHECK;
  const body = bytes.subarray(HEAD.length, HEAD.length + Math.max(0, size));
  const isOurs = size >= 0 && size % RECORD === 0 && bytes.subarray(0, HEAD.length).equals(HEAD);
  if (!isOurs || bytes.readUInt32LE(bytes.length - CHECK) !== crc32(body)) return kept;
  for (let at = 0; at < size; at += RECORD) {
    const vector = new Float32Array(DIMENSIONS);
    for (let i = 0; i < DIMENSIONS; i++) vector[i] = body.readFloatLE(at + HASH + i * 4);
    kept.set(body.toString('hex', at, at + HASH), vector);
  }
  return kept;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Written beside and moved into place, so that nobody reads half of it. */
function write(file: string, kept: Map<string, Float32Array>): void {
  const body = Buffer.alloc(kept.size * RECORD);
  for (const [n, [key, vector]] of [...kept].entries()) {
    body.write(key, n * RECORD, 'hex');
    for (const [i, value] of vector.entries()) body.writeFloatLE(value, n * RECORD + HASH + i * 4);
  }
  const check = Buffer.alloc(CHECK);
  check.writeUInt32LE(crc32(body));
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, Buffer.concat([HEAD, body, check]));
  renameSync(beside, file);
}

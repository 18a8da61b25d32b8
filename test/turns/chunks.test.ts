import { describe, expect, it } from 'vitest';
import { openAssembly } from '../../core/agent/chunks.ts';
import { openEventReader } from '../../core/agent/sse.ts';

describe('chunks no scripted endpoint sends', () => {
  function assembled(...parts: unknown[]) {
    const assembly = openAssembly(() => {});
    for (const part of parts) assembly.take(JSON.stringify({ choices: [{ delta: { tool_calls: [part] } }] }));
    return assembly.result().calls;
  }

  it('interleaved fragments without an index follow their ids', () => {
    const calls = assembled(
      { id: 'a', function: { name: 'one', arguments: '{"x"' } },
      { id: 'b', function: { name: 'two', arguments: '{"y"' } },
      { id: 'a', function: { arguments: ':1}' } },
      { id: 'b', function: { arguments: ':2}' } },
    );

    expect(calls).toEqual([
      { id: 'a', name: 'one', arguments: '{"x":1}' },
      { id: 'b', name: 'two', arguments: '{"y":2}' },
    ]);
  });

  it('interleaved fragments under one index follow their ids', () => {
    const calls = assembled(
      { index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } },
      { index: 0, id: 'b', function: { name: 'two', arguments: '{"y"' } },
      { index: 0, id: 'a', function: { arguments: ':1}' } },
    );

    expect(calls.map((call) => call.arguments)).toEqual(['{"x":1}', '{"y"']);
  });

  it('a name and an id repeated with every fragment are one call', () => {
    const fragment = (piece: string) => ({ index: 0, id: 'a', function: { name: 'one', arguments: piece } });

    expect(assembled(fragment('{"x"'), fragment(':1}'))).toEqual([{ id: 'a', name: 'one', arguments: '{"x":1}' }]);
  });

  it('an id that comes after the name is taken on', () => {
    const calls = assembled({ index: 0, function: { name: 'one', arguments: '{' } }, { index: 0, id: 'a' });

    expect(calls).toEqual([{ id: 'a', name: 'one', arguments: '{' }]);
  });

  it('arguments given as an object become their JSON', () => {
    expect(assembled({ id: 'a', function: { name: 'one', arguments: { x: 1 } } })[0]?.arguments).toBe('{"x":1}');
  });

  it.each(['null', '7', '{}', '{"choices":null}', '{"choices":[null]}', '{"choices":[{"delta":{"content":[1]}}]}'])(
    'a chunk with nothing to read in it, %s, changes nothing',
    (data) => {
      const assembly = openAssembly(() => {});

      expect(assembly.take(data)).toEqual({ kind: 'open' });
      expect(assembly.result()).toEqual({ text: '', calls: [], tokens: undefined });
    },
  );

  it.each([null, 5, 'x', {}, { function: null }])('a tool call that is %j is none', (part) => {
    expect(assembled(part)).toEqual([]);
  });

  it('an error inside the stream is told', () => {
    expect(openAssembly(() => {}).take('{"error":{"message":"overloaded"}}')).toEqual({
      kind: 'failed',
      detail: 'overloaded',
    });
  });

  it('events are found wherever the bytes are cut, through comments, CRLF and a missing last line', () => {
    const bytes = Buffer.from(': wait\r\n\r\ndata: {"a":"é🚚"}\r\n\r\nevent: x\ndata:1\ndata: 2\n\ndata: [DONE]');
    for (let size = 1; size < bytes.length; size += 1) {
      const reader = openEventReader();
      const events: string[] = [];
      for (let at = 0; at < bytes.length; at += size) events.push(...reader.take(bytes.subarray(at, at + size)));

      expect([...events, ...reader.rest()]).toEqual(['{"a":"é🚚"}', '1\n2', '[DONE]']);
    }
  });

  it('one object is found wherever the bytes are cut, and what is held of it is told', () => {
    const object = '{"a":\n\n"data: é🚚"}\n';
    const bytes = Buffer.from(`\r\n ${object}`);
    for (let size = 1; size < bytes.length; size += 1) {
      const reader = openEventReader();
      for (let at = 0; at < bytes.length; at += size) expect(reader.take(bytes.subarray(at, at + size))).toEqual([]);

      expect(reader.held()).toBeGreaterThanOrEqual(object.length);
      const [found, ...rest] = reader.rest();
      expect(JSON.parse(found!)).toEqual({ a: 'data: é🚚' });
      expect(rest).toEqual(['[DONE]']);
    }
  });
});

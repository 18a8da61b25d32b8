import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, backends, startApp } from '../support/app.ts';
import { type Furnished, furnish } from '../support/furnish.ts';

const { resolve } = createRequire(import.meta.url);
const program = (name: string) => resolve(`@modelcontextprotocol/${name}/dist/index.js`);

const desk = `
title: Third parties
instructions: help.md
slack: { channels: "*" }
tools:
  everything:
    echo: { effect: read, rule: allow }
    get-sum: { effect: read, rule: allow }
    get-structured-content: { effect: read, rule: allow }
    get-env: { rule: deny }
  files:
    read_text_file: { effect: read, rule: allow }
    write_file: { effect: keyed, rule: allow }
    list_directory: { effect: read, rule: allow }
    move_file: { rule: approve, signers: [U0MARCO] }
`;

describe.each(backends)('servers of others, by mcp.json, on %s', (backend) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-files-')));
  const inFolder = (name: string) => join(folder, name);
  let house: Furnished;
  let app: App;
  beforeAll(async () => {
    writeFileSync(inFolder('order.txt'), 'ORD-1042: one ring');
    house = furnish({
      desks: { others: desk },
      servers: {
        everything: { command: process.execPath, args: [program('server-everything')] },
        files: { command: process.execPath, args: [program('server-filesystem'), folder] },
      },
    });
    app = await startApp(
      backend,
      ({ toolResults }) => {
        if (toolResults.length > 0) return { text: toolResults.map(({ content }) => content).join('\n') };
        return {
          calls: [
            { name: 'everything__get-sum', arguments: { a: 19, b: 23 } },
            { name: 'everything__echo', arguments: { message: 'hello there' } },
            { name: 'everything__get-structured-content', arguments: { location: 'Chicago' } },
            { name: 'everything__get-sum', arguments: { a: 'nineteen', b: 23 } },
            { name: 'everything__get-env', arguments: {} },
            { name: 'files__read_text_file', arguments: { path: inFolder('order.txt') } },
            { name: 'files__read_text_file', arguments: { path: '/etc/hostname' } },
            { name: 'files__write_file', arguments: { path: inFolder('note.txt'), content: `seen on ${backend}` } },
            { name: 'files__move_file', arguments: { source: inFolder('order.txt'), destination: inFolder('gone') } },
          ],
        };
      },
      {},
      { desks: house.desks },
    );
  });
  afterAll(async () => {
    await app.close();
    house.close();
  });

  it('are used in one turn, each by the rules of the desk', async () => {
    const { text } = await app.ask('use them all');

    expect(text).toContain('The sum of 19 and 23 is 42');
    expect(text).toContain('hello there');
    expect(text).toContain('temperature');
    expect(text).toContain('/a must be number');
    expect(text).toContain('get-env is not permitted');
    expect(text).toContain('ORD-1042: one ring');
    expect(text).toContain('Access denied');
    expect(text).toContain('awaiting_approval');
    expect(readFileSync(inFolder('note.txt'), 'utf8')).toBe(`seen on ${backend}`);
    expect(readFileSync(inFolder('order.txt'), 'utf8')).toBe('ORD-1042: one ring');
  });

  it('offer no more than the desk lists', () => {
    expect(app.model.ledger[0]?.body.tools?.map((tool) => tool.function.name).toSorted()).toEqual([
      'everything__echo',
      'everything__get-structured-content',
      'everything__get-sum',
      'files__list_directory',
      'files__move_file',
      'files__read_text_file',
      'files__write_file',
    ]);
  });
});

import { Fragment, type ReactNode } from 'react';
import { type Align, type ListItem, type Part, parseMarkdown } from '../text/markdown.ts';
import type { Mark } from '../text/mrkdwn.ts';
import { Marks, Preformatted } from './marks.tsx';

export function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown">
      <Parts parts={parseMarkdown(text)} />
    </div>
  );
}

function Parts({ parts }: { parts: Part[] }) {
  return parts.map((part, at) => <Fragment key={`${at}${part.kind}`}>{drawn(part)}</Fragment>);
}

function drawn(part: Part): ReactNode {
  switch (part.kind) {
    case 'paragraph':
      return (
        <p>
          <Marks marks={part.children} />
        </p>
      );
    case 'heading':
      return <Heading depth={part.depth} marks={part.children} />;
    case 'code':
      return <Preformatted text={part.text} />;
    case 'quote':
      return (
        <blockquote>
          <Parts parts={part.parts} />
        </blockquote>
      );
    case 'rule':
      return <hr />;
    case 'list':
      return <List start={part.start} items={part.items} />;
    case 'table':
      return <Table {...part} />;
  }
}

/** Draws a heading in a message as bold words, as Slack does: the page has headings of its own. */
function Heading({ depth, marks }: { depth: number; marks: Mark[] }) {
  return (
    <p className="markdown-heading" data-depth={Math.min(depth, 4)}>
      <Marks marks={marks} />
    </p>
  );
}

function List({ start, items }: { start: number | null; items: ListItem[] }) {
  const drawnItems = items.map(({ checked, parts }, at) => (
    <li key={at} className={checked === null ? undefined : 'markdown-task'}>
      {checked !== null && <input type="checkbox" checked={checked} disabled aria-label={checked ? 'done' : 'open'} />}
      <div>
        <Parts parts={parts} />
      </div>
    </li>
  ));
  return start === null ? <ul>{drawnItems}</ul> : <ol start={start}>{drawnItems}</ol>;
}

function Table({ aligns, head, rows }: { aligns: Align[]; head: Mark[][]; rows: Mark[][][] }) {
  const cells = (row: Mark[][], Cell: 'th' | 'td') =>
    row.map((marks, at) => (
      <Cell key={at} data-align={aligns[at] ?? undefined}>
        <Marks marks={marks} />
      </Cell>
    ));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
    <section className="markdown-table" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

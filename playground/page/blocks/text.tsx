import { Mrkdwn } from './marks.tsx';
import { isFields, stringIn } from './read.ts';

/** Plain text is shown letter by letter, never as markup: it stands on cards that people sign. */
export function TextObject({ of }: { of: unknown }) {
  if (!isFields(of)) return null;
  const text = stringIn(of.text);
  if (of.type === 'mrkdwn') {
    return (
      <span className="mrkdwn">
        <Mrkdwn text={text} />
      </span>
    );
  }
  return <span className="plain-text">{text}</span>;
}

import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Preformatted } from '../blocks/marks.tsx';
import { Icon } from '../icons.tsx';
import type { MailLetter } from '../protocol.ts';
import { Labels, SenderMark } from './labels.tsx';
import { When } from './pane.tsx';

/** One mail, always as text: its HTML would be somebody else's markup on our page. */
export function Letter({ letter, isTeam }: { letter: MailLetter; isTeam: boolean }) {
  const { at, from, to, text, isCut, labels, files, by, hasSource } = letter;
  const isChecked = by === 'verified' || by === 'unverified';
  return (
    <article className="letter" data-by={by} aria-label={`Mail from ${from}`}>
      <header className="letter-head">
        <div className="mail-line">
          <strong className="letter-from">{from}</strong>
          <When at={at} />
        </div>
        <div className="letter-to">to {to}</div>
        {(isTeam || isChecked) && (
          <div className="mail-marks">
            {isChecked && <SenderMark isVerified={by === 'verified'} />}
            {isTeam && <Labels labels={labels} />}
          </div>
        )}
      </header>
      {isDraft(letter) && (
        <p className="quiet">A draft. It goes out when a colleague sends it from its card in Slack.</p>
      )}
      <div className="letter-text">{text.trim() || '(no text)'}</div>
      {isCut && <p className="quiet">The rest is left out here, because it is long.</p>}
      {files.length > 0 && (
        <ul className="letter-files" aria-label="Attachments">
          {files.map((name, at) => (
            <li key={`${at}${name}`}>
              <Icon name="file" size={16} /> {name || 'without a name'}
            </li>
          ))}
        </ul>
      )}
      {hasSource && <Source id={letter.id} />}
    </article>
  );
}

export function isDraft({ labels }: MailLetter): boolean {
  return labels.includes('DRAFT');
}

type Read = { kind: 'folded' } | { kind: 'open'; text: string } | { kind: 'failed' };

function Source({ id }: { id: string }) {
  const [read, setRead] = useState<Read>({ kind: 'folded' });
  const open = async () => {
    const text = await fetch(`/playground/mail/${id}/source`).then(
      (response) => (response.ok ? response.text() : null),
      () => null,
    );
    setRead(text === null ? { kind: 'failed' } : { kind: 'open', text });
  };
  if (read.kind !== 'open') {
    return (
      <Button className="link-button" onPress={open}>
        {read.kind === 'failed' ? 'It could not be read; try again' : 'Show raw source'}
      </Button>
    );
  }
  return (
    <>
      <Button className="link-button" onPress={() => setRead({ kind: 'folded' })}>
        Hide raw source
      </Button>
      <Preformatted text={read.text} />
    </>
  );
}

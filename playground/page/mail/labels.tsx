import { Icon } from '../icons.tsx';

/** The mailbox's labels, as Gmail shows them beside a mail. */
export function Labels({ labels }: { labels: string[] }) {
  return (
    <span className="mail-labels">
      {labels.map((label) => (
        <span key={label} className="tag">
          {label}
        </span>
      ))}
    </span>
  );
}

export function SenderMark({ isVerified }: { isVerified: boolean }) {
  return (
    <span className={`tag tone-${isVerified ? 'good' : 'wait'}`}>
      <Icon name={isVerified ? 'check' : 'question'} size={11} /> sender {isVerified ? 'verified' : 'not verified'}
    </span>
  );
}

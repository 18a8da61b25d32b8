import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { useKnown, useMe, usePage } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { keep, readKept } from '../link/kept.ts';
import { IconButton } from '../parts.tsx';
import { mentionsIn } from '../text/draft.ts';
import { Attachments, accepted, isAccepted } from './attachments.tsx';
import { useFittingHeight, useFocusAtFirst } from './field.ts';
import { onFill } from './fill.ts';
import { sendLetter } from './send.ts';
import { Suggestions } from './suggestions.tsx';
import { useCompletion } from './use-completion.ts';

type ComposerProps = {
  channel: string;
  thread?: string;
  label: string;
  /** In an empty field, the arrow up edits one's own last message. */
  onEditLast: () => void;
};

export function Composer({ channel, thread, label, onEditLast }: ComposerProps) {
  const letter = useLetter(channel, thread);
  const { draft, files, setDraft, setFiles, send, isSending } = letter;
  const field = useRef<HTMLTextAreaElement>(null);
  const { completion, at, id, onKey, take, onCaret } = useCompletion({ draft, setDraft, field });
  useFittingHeight(field, draft);
  useFocusAtFirst(field);
  useFill(channel, thread, setDraft, field);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (onKey(event) || event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
    if (event.key === 'ArrowUp' && draft === '') {
      event.preventDefault();
      onEditLast();
    }
  };
  const insert = (text: string) => {
    setDraft(draft === '' || draft.endsWith(' ') ? draft + text : `${draft} ${text}`);
    requestAnimationFrame(() => field.current?.focus());
  };
  return (
    <div className="composer">
      {completion && <Suggestions id={id} completion={completion} at={at} onTake={take} />}
      {files.length > 0 && (
        <Attachments files={files} onRemove={(gone) => setFiles(files.filter((file) => file !== gone))} />
      )}
      <div className="composer-field">
        <Mirror draft={draft} />
        <textarea
          ref={field}
          rows={1}
          value={draft}
          placeholder={label}
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={completion ? id : undefined}
          aria-activedescendant={completion ? `${id}-${at}` : undefined}
          onChange={({ target }) => {
            setDraft(target.value);
            onCaret(target.selectionStart);
          }}
          onSelect={({ currentTarget }) => onCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={(event) => setFiles([...files, ...pastedFiles(event)])}
        />
      </div>
      <div className="composer-foot">
        <FileTrigger acceptedFileTypes={accepted.split(',')} allowsMultiple onSelect={(list) => letter.attach(list)}>
          <IconButton icon="plus" label="Attach a file" className="composer-tool composer-plus" />
        </FileTrigger>
        <IconButton icon="at" label="Mention someone" className="composer-tool" onPress={() => insert('@')} />
        <IconButton icon="slash" label="Run a command" className="composer-tool" onPress={() => setDraft('/')} />
        <span className="composer-hint" aria-hidden="true">
          {draft !== '' && 'Shift + Enter for a new line'}
        </span>
        <Button
          className="send-button"
          aria-label="Send now"
          isDisabled={draft.trim() === '' && files.length === 0}
          isPending={isSending}
          onPress={() => void send()}
        >
          <Icon name="send" />
        </Button>
      </div>
    </div>
  );
}

function useLetter(channel: string, thread: string | undefined) {
  const { complain } = usePage();
  const user = useMe();
  const people = useKnown((state) => state.people);
  const channels = useKnown((state) => state.channels);
  const hello = useKnown((state) => state.hello);
  const name = `draft.${user}.${channel}.${thread ?? ''}`;
  const [draft, setDraft] = useState(() => readKept(name, '', 'tab'));
  const [files, setFiles] = useState<File[]>([]);
  const [isSending, setSending] = useState(false);
  useEffect(() => keep(name, draft, 'tab'), [name, draft]);

  async function send(): Promise<void> {
    if (isSending || (draft.trim() === '' && files.length === 0)) return;
    setSending(true);
    setDraft('');
    const known = { people: Object.values(people), channels, commands: hello?.commands ?? [] };
    const why = await sendLetter({ user, channel, thread, draft, files }, known);
    setSending(false);
    if (why === null) return setFiles([]);
    complain(why);
    setDraft((written) => (written === '' ? draft : written));
  }
  function attach(list: FileList | null): void {
    const chosen = [...(list ?? [])];
    const refused = chosen.find((file) => !isAccepted(file));
    if (refused) complain(`${refused.name} is no text or PDF file, and no png, jpeg or webp picture.`);
    setFiles([...files, ...chosen.filter(isAccepted)]);
  }
  return { draft, files, setDraft, setFiles, send, attach, isSending };
}

function pastedFiles({ clipboardData }: ClipboardEvent): File[] {
  return [...clipboardData.files].filter(isAccepted);
}

function useFill(
  channel: string,
  thread: string | undefined,
  setDraft: (draft: string) => void,
  field: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    if (thread !== undefined) return;
    return onFill(channel, (text) => {
      setDraft(text);
      requestAnimationFrame(() => {
        field.current?.focus();
        field.current?.setSelectionRange(text.length, text.length);
      });
    });
  }, [channel, thread, setDraft, field]);
}

/** Lies behind the message field and marks the mentions in it. */
function Mirror({ draft }: { draft: string }) {
  const people = useKnown((state) => state.people);
  const channels = useKnown((state) => state.channels);
  const spans = mentionsIn(draft, Object.values(people), channels);
  let at = 0;
  const pieces = spans.flatMap(({ from, to }) => {
    const before = draft.slice(at, from);
    at = to;
    return [before, <mark key={from}>{draft.slice(from, to)}</mark>];
  });
  return (
    <div className="composer-mirror" aria-hidden="true">
      {pieces}
      {draft.slice(at)}{' '}
    </div>
  );
}

import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Button, FileTrigger, Form, Input, Label, TextArea, TextField } from 'react-aria-components';
import { Choice } from '../blocks/choice.tsx';
import { Attachments } from '../composer/attachments.tsx';
import { useKnown, usePage } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { act } from '../link/post.ts';
import type { MailOrder, MailWriter } from '../protocol.ts';
import { TEAM } from '../protocol.ts';
import { titleOf } from './pane.tsx';

/** A first mail to a desk. */
export function NewMail({ who }: { who: string }) {
  const mail = useKnown((state) => state.hello?.mail);
  return mail ? <FirstMail who={who} mail={mail} /> : null;
}

type Known = { writers: MailWriter[]; desks: { title: string; address: string }[] };

function FirstMail({ who, mail }: { who: string; mail: Known }) {
  const first = mail.writers.find(({ id }) => id === who) ?? mail.writers[0];
  const [as, setAs] = useState(first?.id ?? '');
  const [to, setTo] = useState(first?.to ?? '');
  const [subject, setSubject] = useState('');
  const letter = useLetter(who === TEAM ? TEAM : as);
  const writers = mail.writers.map((one) => ({ value: one.id, text: titleOf(one), description: one.about }));
  const desks = mail.desks.map(({ title, address }) => ({ value: address, text: title, description: address }));
  const changeWriter = (id: string) => {
    setAs(id);
    setTo(mail.writers.find((one) => one.id === id)?.to ?? to);
  };
  return (
    <MailForm letter={letter} head={{ as, to, subject }}>
      <div className="field">
        <span className="field-label">From</span>
        <Choice label="From" placeholder="Who writes" value={as} options={writers} onChange={changeWriter} />
      </div>
      <div className="field">
        <span className="field-label">To</span>
        <Choice key={to} label="To" placeholder="A desk" value={to} options={desks} onChange={setTo} />
      </div>
      <TextField className="field" value={subject} onChange={setSubject} maxLength={500} autoFocus>
        <Label className="field-label">Subject</Label>
        <Input className="field-box" />
      </TextField>
    </MailForm>
  );
}

/** A customer goes on with their thread, or a colleague answers from the mailbox. */
export function Reply({ who, thread }: { who: string; thread: string }) {
  return <MailForm letter={useLetter(who)} head={{ as: who, thread }} isReply />;
}

type Head = { as: string } & ({ to: string; subject: string } | { thread: string });
type FormProps = { letter: ReturnType<typeof useLetter>; head: Head; isReply?: boolean; children?: React.ReactNode };

function MailForm({ letter, head, isReply = false, children }: FormProps) {
  const { text, setText, files, setFiles, attach, send, isSending } = letter;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send(head);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send(head);
  };
  return (
    <Form className={isReply ? 'mail-form mail-reply' : 'mail-form'} onSubmit={onSubmit}>
      {children}
      <TextField className="field" value={text} onChange={setText} aria-label={isReply ? 'Answer' : undefined}>
        {!isReply && <Label className="field-label">Text</Label>}
        <TextArea
          className="field-box"
          rows={isReply ? 3 : 8}
          placeholder={placeholderOf(head, isReply)}
          onKeyDown={onKeyDown}
        />
      </TextField>
      {files.length > 0 && (
        <Attachments files={files} onRemove={(gone) => setFiles(files.filter((one) => one !== gone))} />
      )}
      <div className="mail-form-foot">
        <FileTrigger acceptedFileTypes={['text/*', '.md', '.csv', '.json', '.log']} onSelect={attach}>
          <Button className="block-button">
            <Icon name="plus" size={14} /> Attach a text file
          </Button>
        </FileTrigger>
        <Button type="submit" className="block-button primary" isDisabled={text.trim() === ''}>
          {isSending ? 'Sending …' : 'Send'}
        </Button>
      </div>
    </Form>
  );
}

function placeholderOf({ as }: Head, isReply: boolean): string | undefined {
  if (!isReply) return undefined;
  return as === TEAM ? 'Answer as a colleague…' : 'Answer…';
}

const LARGEST_FILE = 100_000;

/** Text and files of a mail. It is shown afterwards in the mailbox of `reader`. */
function useLetter(reader: string) {
  const { complain, go, route } = usePage();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<File[]>([]);
  const [isSending, setSending] = useState(false);

  async function send(head: Head): Promise<void> {
    if (isSending || text.trim() === '') return;
    setSending(true);
    const read = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
    const order: MailOrder = { ...head, text, files: read };
    const sent = await act('mail', order);
    setSending(false);
    if (sent.kind === 'refused') return complain(sent.why);
    setText('');
    setFiles([]);
    go({ ...route, place: { kind: 'mail', who: reader }, thread: sent.body.thread });
  }
  function attach(list: FileList | null): void {
    const chosen = [...(list ?? [])];
    const large = chosen.find(({ size }) => size > LARGEST_FILE);
    if (large) complain(`${large.name} is too large to be tried here: 100 KB at most.`);
    setFiles([...files, ...chosen.filter(({ size }) => size <= LARGEST_FILE)]);
  }
  return { text, setText, files, setFiles, attach, send, isSending };
}

import { useRef, useState } from 'react';
import { Button, TextArea, TextField } from 'react-aria-components';
import { focusComposer, useFittingHeight } from '../composer/field.ts';
import { useKnown, useMe, usePage } from '../context.tsx';
import { act } from '../link/post.ts';
import type { PageMessage } from '../protocol.ts';
import { toDraft, toSlack } from '../text/draft.ts';

/** Stands in the place of a message while its author edits it. */
export function EditMessage({ message, onDone: onEnd }: { message: PageMessage; onDone: () => void }) {
  const { complain } = usePage();
  const user = useMe();
  const people = useKnown((state) => state.people);
  const channels = useKnown((state) => state.channels);
  const named = Object.values(people);
  const [draft, setDraft] = useState(() => toDraft(message.text, named, channels));
  const field = useRef<HTMLTextAreaElement>(null);
  useFittingHeight(field, draft);
  const onDone = () => {
    const pane = field.current?.closest('.pane') ?? null;
    onEnd();
    focusComposer(pane);
  };
  const save = async () => {
    const text = toSlack(draft.trim(), named, channels);
    onDone();
    if (text === '' || text === message.text) return;
    const edited = await act('edit', { user, channel: message.channel, ts: message.ts, text });
    if (edited.kind === 'refused') complain(edited.why);
  };
  return (
    <div className="edit-box">
      <TextField aria-label="Edit message" value={draft} onChange={setDraft} autoFocus>
        <TextArea
          ref={field}
          rows={1}
          onFocus={({ currentTarget }) => currentTarget.setSelectionRange(draft.length, draft.length)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Escape') onDone();
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              void save();
            }
          }}
        />
      </TextField>
      <div className="edit-foot">
        <Button className="block-button" onPress={onDone}>
          Cancel
        </Button>
        <Button className="block-button primary" onPress={save}>
          Save
        </Button>
      </div>
    </div>
  );
}

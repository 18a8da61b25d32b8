import { Button, Dialog, Heading, Modal, ModalOverlay, Toolbar } from 'react-aria-components';
import { useMe, usePage } from '../context.tsx';
import { act } from '../link/post.ts';
import { IconButton } from '../parts.tsx';
import type { PageMessage } from '../protocol.ts';

type ToolsProps = { message: PageMessage; inThread: boolean; onEdit: () => void; onDelete: () => void };

/** The actions of a message, at its right upper corner. */
export function MessageTools({ message, inThread, onEdit, onDelete }: ToolsProps) {
  const { go, route } = usePage();
  const isMine = useMe() === message.user;
  const { channel } = message;
  const thread = message.thread_ts ?? message.ts;
  return (
    <Toolbar className="message-tools" aria-label="Message actions">
      {!inThread && (
        <IconButton icon="thread" label="Reply in thread" onPress={() => go({ ...route, thread, tool: undefined })} />
      )}
      <IconButton
        icon="layers"
        label="Behind the scenes"
        onPress={() => go({ ...route, tool: 'behind', watched: { channel, thread } })}
      />
      {isMine && <IconButton icon="edit" label="Edit message" onPress={onEdit} />}
      {isMine && <IconButton icon="trash" label="Delete message" onPress={onDelete} />}
    </Toolbar>
  );
}

type DeleteProps = { message: PageMessage; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Stands outside the actions, which vanish with the pointer. */
export function DeleteDialog({ message, isOpen, onOpenChange }: DeleteProps) {
  const { complain } = usePage();
  const user = useMe();
  const remove = async () => {
    const removed = await act('delete', { user, channel: message.channel, ts: message.ts });
    if (removed.kind === 'refused') complain(removed.why);
  };
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal className="modal modal-small">
        <Dialog className="dialog" role="alertdialog">
          {({ close }) => (
            <>
              <Heading slot="title">Delete message</Heading>
              <p className="dialog-body">Are you sure you want to delete this message? This cannot be undone.</p>
              <div className="dialog-foot">
                <Button className="block-button" onPress={close}>
                  Cancel
                </Button>
                <Button
                  className="block-button danger-full"
                  onPress={() => {
                    close();
                    void remove();
                  }}
                >
                  Delete
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

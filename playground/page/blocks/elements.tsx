import { useRef, useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Choice } from './choice.tsx';
import { useFocusKept } from './kept-focus.ts';
import { Picture, Unknown } from './picture.tsx';
import { type Fields, isFields, optionsIn, stringIn, wordsIn } from './read.ts';
import { TextObject } from './text.tsx';

/** Called on a press in these blocks; `value` is the button's, or the chosen option. */
export type OnAction = (action: string, value?: string) => Promise<boolean>;

export function Element({ element, onAction }: { element: Fields; onAction: OnAction }) {
  switch (element.type) {
    case 'button':
      return <BlockButton button={element} onAction={onAction} />;
    case 'static_select':
      return <BlockSelect element={element} onAction={onAction} />;
    case 'image':
      return <Picture of={element} />;
    default:
      return <Unknown what={`element "${stringIn(element.type)}"`} />;
  }
}

function BlockButton({ button, onAction }: { button: Fields; onAction: OnAction }) {
  const [isPending, setPending] = useState(false);
  const ref = useRef<HTMLButtonElement>(null);
  useFocusKept(ref);
  const words = wordsIn(button.text);
  const value = typeof button.value === 'string' ? button.value : undefined;
  const className = `block-button ${button.style === 'primary' || button.style === 'danger' ? button.style : ''}`;
  const press = async () => {
    const url = stringIn(button.url);
    if (/^https?:\/\//i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
    setPending(true);
    await onAction(stringIn(button.action_id), value);
    setPending(false);
  };
  const pressable = (onPress?: () => void) => (
    <Button
      ref={ref}
      className={className}
      isPending={isPending}
      onPress={onPress}
      aria-label={stringIn(button.accessibility_label) || undefined}
    >
      {words}
    </Button>
  );
  if (!isFields(button.confirm)) return pressable(press);
  return (
    <DialogTrigger>
      {pressable()}
      <Confirm confirm={button.confirm} onConfirm={press} />
    </DialogTrigger>
  );
}

function Confirm({ confirm, onConfirm }: { confirm: Fields; onConfirm: () => void }) {
  return (
    <ModalOverlay className="overlay" isDismissable>
      <Modal className="modal modal-small">
        <Dialog className="dialog" role="alertdialog">
          {({ close }) => (
            <>
              <Heading slot="title">{wordsIn(confirm.title)}</Heading>
              <p className="dialog-body">
                <TextObject of={confirm.text} />
              </p>
              <div className="dialog-foot">
                <Button className="block-button" onPress={close}>
                  {wordsIn(confirm.deny)}
                </Button>
                <Button
                  className={`block-button ${confirm.style === 'danger' ? 'danger-full' : 'primary'}`}
                  onPress={() => {
                    close();
                    onConfirm();
                  }}
                >
                  {wordsIn(confirm.confirm)}
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function BlockSelect({ element, onAction }: { element: Fields; onAction: OnAction }) {
  const placeholder = wordsIn(element.placeholder) || 'Choose an option';
  const initial = isFields(element.initial_option) ? stringIn(element.initial_option.value) : null;
  return (
    <Choice
      label={placeholder}
      placeholder={placeholder}
      options={optionsIn(element.options)}
      value={initial}
      onChange={(value) => void onAction(stringIn(element.action_id), value)}
    />
  );
}

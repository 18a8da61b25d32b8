import { useState } from 'react';
import { Button, Dialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Blocks } from '../blocks/blocks.tsx';
import { type Fields, fieldsIn, stringIn, wordsIn } from '../blocks/read.ts';
import { useClick, useMe, usePage } from '../context.tsx';
import { act } from '../link/post.ts';
import { IconButton } from '../parts.tsx';
import type { OpenForm } from '../protocol.ts';
import { FormField } from './field.tsx';
import { complaintOf, startValue } from './values.ts';

/** A form that the bot opened, over everything else. */
export function FormDialog({ form }: { form: OpenForm }) {
  const { id, view } = form;
  const user = useMe();
  const { store } = usePage();
  const close = () => {
    store.tell({ type: 'form_closed', id });
    void act('close', { user, view_id: id });
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => isOpen || close()} isDismissable={false}>
      <Modal className="modal">
        <Dialog className="dialog form-dialog">
          <div className="dialog-head">
            <Heading slot="title">{wordsIn(view.title)}</Heading>
            <IconButton icon="close" label="Close" onPress={close} />
          </div>
          <FormBody form={form} onClose={close} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

type Values = Record<string, string>;

function FormBody({ form, onClose }: { form: OpenForm; onClose: () => void }) {
  const { view, errors } = form;
  const blocks = fieldsIn(view.blocks);
  const inputs = blocks.filter(({ type }) => type === 'input');
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(inputs.map((block) => [stringIn(block.block_id), startValue(block)])),
  );
  const { complaints, submit, isPending } = useSubmit(form, inputs, values);
  const click = useClick({ view_id: form.id, values: filled(values) });
  const submitWords = wordsIn(view.submit);
  return (
    <Form
      className="form"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="form-body">
        {blocks.map((block, at) => {
          const name = stringIn(block.block_id);
          if (block.type !== 'input') return <Blocks key={name || at} blocks={[block]} onAction={click} />;
          return (
            <FormField
              key={name}
              block={block}
              value={values[name] ?? ''}
              complaint={complaints[name] ?? errors[name]}
              onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
            />
          );
        })}
      </div>
      <div className="dialog-foot">
        <Button className="block-button" onPress={onClose}>
          {wordsIn(view.close) || 'Cancel'}
        </Button>
        {submitWords !== '' && (
          <Button className="block-button primary" type="submit" isPending={isPending}>
            {submitWords}
          </Button>
        )}
      </div>
    </Form>
  );
}

/** Sends an empty field as null. */
function filled(values: Values): Record<string, string | null> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === '' ? null : value]));
}

function useSubmit({ id }: OpenForm, inputs: Fields[], values: Values) {
  const { complain } = usePage();
  const user = useMe();
  const [isPending, setPending] = useState(false);
  const [complaints, setComplaints] = useState<Record<string, string>>({});
  async function submit(): Promise<void> {
    const found = Object.fromEntries(
      inputs.flatMap((block) => {
        const name = stringIn(block.block_id);
        const why = complaintOf(block, values[name] ?? '');
        return why === null ? [] : [[name, why]];
      }),
    );
    setComplaints(found);
    if (Object.keys(found).length > 0) return;
    setPending(true);
    const submitted = await act('submit', { user, view_id: id, values: filled(values) });
    setPending(false);
    if (submitted.kind === 'refused') complain(submitted.why);
    if (submitted.kind === 'ok' && submitted.body.shown === 'failed') {
      complain('We had some trouble connecting. Try again?');
    }
  }
  return { complaints, submit, isPending };
}

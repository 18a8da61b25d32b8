import { useId } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField } from 'react-aria-components';
import { Choice } from '../blocks/choice.tsx';
import { Unknown } from '../blocks/picture.tsx';
import { type Fields, optionsIn, stringIn, wordsIn } from '../blocks/read.ts';
import { elementOf, longestOf } from './values.ts';

type FieldProps = {
  block: Fields;
  value: string;
  complaint: string | undefined;
  onChange: (value: string) => void;
};

export function FormField(props: FieldProps) {
  const element = elementOf(props.block);
  switch (element.type) {
    case 'plain_text_input':
    case 'number_input':
      return <TextInput {...props} element={element} />;
    case 'static_select':
      return <SelectInput {...props} element={element} />;
    default:
      return <Unknown what={`field "${stringIn(element.type)}"`} />;
  }
}

type WithElement = FieldProps & { element: Fields };

function TextInput({ block, element, value, complaint, onChange }: WithElement) {
  const longest = longestOf(element);
  const left = longest - value.length;
  const isNumber = element.type === 'number_input';
  const placeholder = wordsIn(element.placeholder);
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={complaint !== undefined}
      isRequired={block.optional !== true}
      autoFocus={element.focus_on_load === true}
    >
      <FieldLabel block={block} />
      {element.multiline === true ? (
        <TextArea className="field-box" rows={4} placeholder={placeholder} maxLength={longest} />
      ) : (
        <Input
          className="field-box"
          placeholder={placeholder}
          maxLength={isNumber ? 40 : longest}
          inputMode={isNumber ? (element.is_decimal_allowed === true ? 'decimal' : 'numeric') : undefined}
        />
      )}
      {left <= 100 && !isNumber && <span className="field-left">{left}</span>}
      <FieldError className="field-error">{complaint}</FieldError>
      <Hint block={block} />
    </TextField>
  );
}

function SelectInput({ block, element, value, complaint, onChange }: WithElement) {
  const error = useId();
  return (
    <div className="field">
      <span className="field-label">
        {wordsIn(block.label)}
        {block.optional === true && <span className="field-optional"> (optional)</span>}
      </span>
      <Choice
        label={wordsIn(block.label)}
        placeholder={wordsIn(element.placeholder) || 'Choose an option'}
        options={optionsIn(element.options)}
        value={value === '' ? null : value}
        isInvalid={complaint !== undefined}
        describedBy={complaint === undefined ? undefined : error}
        onChange={onChange}
      />
      {complaint !== undefined && (
        <span id={error} className="field-error">
          {complaint}
        </span>
      )}
      {wordsIn(block.hint) !== '' && <span className="field-hint">{wordsIn(block.hint)}</span>}
    </div>
  );
}

function FieldLabel({ block }: { block: Fields }) {
  return (
    <Label className="field-label">
      {wordsIn(block.label)}
      {block.optional === true && <span className="field-optional"> (optional)</span>}
    </Label>
  );
}

function Hint({ block }: { block: Fields }) {
  const hint = wordsIn(block.hint);
  return hint === '' ? null : (
    <Text slot="description" className="field-hint">
      {hint}
    </Text>
  );
}

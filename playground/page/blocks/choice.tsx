import { useState } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components';
import { Icon } from '../icons.tsx';
import type { Option } from './read.ts';

type ChoiceProps = {
  label: string;
  placeholder: string;
  options: Option[];
  value: string | null;
  isInvalid?: boolean;
  describedBy?: string;
  onChange: (value: string) => void;
};

/** The select menu of messages and forms. */
export function Choice({ label, placeholder, options, value, isInvalid, describedBy, onChange }: ChoiceProps) {
  const [chosen, setChosen] = useState(value);
  return (
    <Select
      className="choice"
      aria-label={label}
      aria-describedby={describedBy}
      isInvalid={isInvalid}
      placeholder={placeholder}
      value={chosen}
      onChange={(key) => {
        if (key === null) return;
        setChosen(String(key));
        onChange(String(key));
      }}
    >
      <Button className="choice-button">
        <SelectValue />
        <Icon name="down" size={14} />
      </Button>
      <Popover className="popover">
        <ListBox className="choice-list">
          {options.map(({ text, value: id, description }) => (
            <ListBoxItem key={id} id={id} textValue={text} className="choice-option">
              <Text slot="label">{text}</Text>
              {description && <Text slot="description">{description}</Text>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useKnown, usePage, usePerson } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { displayName, PersonTag } from '../messages/message.tsx';
import { Avatar } from '../parts.tsx';
import type { Person } from '../protocol.ts';

/** Shows the person one acts as, and lets one choose somebody else. */
export function ActAs() {
  const { actAs } = usePage();
  const me = useKnown((state) => state.hello?.me);
  const people = useKnown((state) => state.people);
  const waiting = useKnown((state) => state.waiting);
  const mine = usePerson(me ?? '');
  if (!me) return null;
  const others = Object.entries(waiting).some(([id, count]) => id !== me && count > 0);
  return (
    <MenuTrigger>
      <Button className="act-as">
        <Avatar user={me} size={24} />
        <span className="act-as-words">
          <span className="act-as-label">Acting as</span> <strong>{displayName(mine, me)}</strong>
        </span>
        <Waiting count={waiting[me] ?? 0} />
        {others && !waiting[me] && <span className="dot" role="img" aria-label="Signatures wait for others" />}
        <Icon name="down" size={14} />
      </Button>
      <Popover className="popover act-as-list" placement="bottom end">
        <Menu
          aria-label="Act as"
          selectionMode="single"
          selectedKeys={[me]}
          onAction={(key) => {
            if (key !== me) actAs(String(key));
          }}
        >
          {Object.values(people)
            .filter(({ kind }) => kind !== 'bot')
            .map((person) => (
              <PersonItem key={person.id} person={person} waiting={waiting[person.id] ?? 0} />
            ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function PersonItem({ person, waiting }: { person: Person; waiting: number }) {
  return (
    <MenuItem id={person.id} textValue={person.realName} className="act-as-item">
      <Avatar user={person.id} />
      <div>
        <Text slot="label">
          {person.realName} <PersonTag person={person} />
        </Text>
        <Text slot="description">{person.about}</Text>
      </div>
      <Waiting count={waiting} />
    </MenuItem>
  );
}

function Waiting({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="badge" role="img" aria-label={signatureWords(count)}>
      {count}
    </span>
  );
}

function signatureWords(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '1 signature waits' : `${count} signatures wait`;
}

import { Label, Radio, RadioGroup, Switch } from 'react-aria-components';
import { useKnown, usePage, useReader } from '../context.tsx';
import { act } from '../link/post.ts';
import { IconButton, PaneHead } from '../parts.tsx';
import type { FaultLevel, FaultOrder, FaultsState } from '../protocol.ts';
import { fullTimeText, timeText } from '../text/dates.ts';
import { WorkerControl } from './worker.tsx';

/** Breaks parts on purpose, and shows which promises held. */
export function FaultsPane() {
  const { go, route, complain } = usePage();
  const faults = useKnown((state) => state.faults);
  const close = () => go({ ...route, tool: undefined });
  const order = async (what: FaultOrder) => {
    const done = await act('faults', what);
    if (done.kind === 'refused') complain(done.why);
  };
  return (
    <>
      <PaneHead title="Faults" about="break it, and see what holds" onBack={close}>
        <IconButton className="pane-close" icon="close" label="Close faults" onPress={close} />
      </PaneHead>
      {faults ? (
        <FaultsBody faults={faults} order={order} />
      ) : (
        <p className="quiet behind-wait">No faults can be made on this server.</p>
      )}
    </>
  );
}

type OrderProps = { faults: FaultsState; order: (what: FaultOrder) => Promise<void> };

function FaultsBody({ faults, order }: OrderProps) {
  const { slack, model, tools, threefold, worker, log } = faults;
  return (
    <section className="faults" aria-label="Parts that can be broken">
      <section aria-label="Levels" className="fault-levels">
        <Level name="Slack" level={slack} onLevel={(level) => order({ part: 'slack', level })} />
        <Level name="Model" level={model} onLevel={(level) => order({ part: 'model', level })} />
        {Object.entries(tools).map(([server, level]) => (
          <Level
            key={server}
            name={`Tools: ${server}`}
            level={level}
            onLevel={(wanted) => order({ part: 'tools', server, level: wanted })}
          />
        ))}
      </section>
      <Switch className="switch" isSelected={threefold} onChange={(on) => void order({ part: 'threefold', on })}>
        <span className="switch-track" />
        <span>
          Slack delivers each event three times
          <small>It is still one entry, one turn and one answer.</small>
        </span>
      </Switch>
      <WorkerControl worker={worker} order={order} />
      <FaultLog log={log} />
    </section>
  );
}

const levels: { level: FaultLevel; words: string }[] = [
  { level: 'ok', words: 'ok' },
  { level: 'slow', words: 'slow' },
  { level: 'lossy', words: 'lossy' },
  { level: 'down', words: 'down' },
];

type LevelProps = { name: string; level: FaultLevel; onLevel: (level: FaultLevel) => void };

function Level({ name, level, onLevel }: LevelProps) {
  return (
    <RadioGroup
      className="level"
      orientation="horizontal"
      value={level}
      onChange={(wanted) => onLevel(wanted as FaultLevel)}
    >
      <Label className="level-name">{name}</Label>
      <div className="level-choices">
        {levels.map(({ level: one, words }) => (
          <Radio key={one} value={one} className="level-choice" data-level={one}>
            {words}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

function FaultLog({ log }: { log: FaultsState['log'] }) {
  const reader = useReader();
  return (
    <section className="fault-log" aria-label="What happened and what held">
      <h3>What happened and what held</h3>
      {log.length === 0 && <p className="quiet">You have broken nothing yet.</p>}
      <div role="log" aria-label="Log of faults">
        <ol>
          {log.toReversed().map(({ at, text }) => (
            <li key={`${at}${text}`}>
              <time dateTime={new Date(at).toISOString()} title={fullTimeText(at, reader)}>
                {timeText(at, reader, true)}
              </time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

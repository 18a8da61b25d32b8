import { Button } from 'react-aria-components';
import type { FaultOrder, FaultsState } from '../protocol.ts';

type WorkerProps = { worker: FaultsState['worker']; order: (what: FaultOrder) => Promise<void> };

/** A second worker takes all the work while it runs, so that it can be killed in the middle of it. */
export function WorkerControl({ worker, order }: WorkerProps) {
  const press = (what: 'start' | 'kill' | 'end') => () => void order({ part: 'worker', order: what });
  const hasSecond = worker.kind === 'second';
  return (
    <section className="worker" aria-label="Worker">
      <h3>Worker</h3>
      <p className="worker-state" role="status" data-kind={worker.kind}>
        {workerWords(worker)}
      </p>
      <div className="worker-buttons">
        <Button className="block-button" isDisabled={hasSecond || worker.kind === 'starting'} onPress={press('start')}>
          Start a second worker
        </Button>
        <Button className="block-button danger" isDisabled={!hasSecond} onPress={press('kill')}>
          Kill it (kill −9)
        </Button>
        <Button className="block-button" isDisabled={worker.kind === 'inner'} onPress={press('end')}>
          Stop it
        </Button>
      </div>
    </section>
  );
}

function workerWords(worker: FaultsState['worker']): string {
  switch (worker.kind) {
    case 'inner':
      return 'The worker in this process does the work.';
    case 'starting':
      return 'A second worker is starting …';
    case 'second':
      return `A second worker (process ${worker.pid}) does the work; the one in this process rests.`;
    case 'killed':
      return `Process ${worker.pid} was killed. The worker in this process takes up its work.`;
  }
}

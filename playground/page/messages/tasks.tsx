import { Icon, type IconName } from '../icons.tsx';
import type { PageMessage } from '../protocol.ts';

type Task = NonNullable<PageMessage['tasks']>[number];

/** The steps that the bot takes on the way to its answer. */
export function Tasks({ tasks, plan }: { tasks: Task[]; plan?: string }) {
  return (
    <section className="tasks" aria-label={plan ?? 'Steps'}>
      {plan && <p className="tasks-plan">{plan}</p>}
      <ul>
        {tasks.map((task) => (
          <li key={task.id} data-status={task.status}>
            <TaskSign status={task.status} />
            <div>
              <span className="task-title">{task.title}</span>
              {task.details && <p className="task-detail">{task.details}</p>}
              {task.output && <p className="task-detail">{task.output}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const signs: Record<string, { icon: IconName; words: string }> = {
  pending: { icon: 'clock', words: 'still to come' },
  complete: { icon: 'check', words: 'done' },
  error: { icon: 'cross', words: 'failed' },
};

function TaskSign({ status }: { status: string }) {
  const sign = signs[status];
  return (
    <span className="task-sign" role="img" aria-label={sign?.words ?? 'in progress'}>
      {sign ? <Icon name={sign.icon} size={14} /> : <span className="spinner" />}
    </span>
  );
}

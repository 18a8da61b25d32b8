// Loaded into a process by NODE_OPTIONS. The process ends as by kill -9, in the middle of whatever it does, when it
// reaches the named point for the nth time.
import { channel } from 'node:diagnostics_channel';

const [point, nth] = (process.env.DIE_AT ?? '').split('#');
let times = 0;
channel('countersign:point').subscribe((reached) => {
  if (reached !== point) return;
  times += 1;
  if (times === Number(nth)) process.kill(process.pid, 'SIGKILL');
});

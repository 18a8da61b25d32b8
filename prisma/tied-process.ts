import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type TiedProcess = ChildProcessByStdio<Writable, null, Readable>;

// The watch reads a pipe that only we hold open. However we end, SIGKILL included, the pipe closes and the command is
// asked to stop by SIGINT. Asking it to stop on purpose is closing that pipe.
const script = `
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{ read -r _ <&3; kill -INT "$command"; } &
watch=$!
wait "$command"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`;

/** Starts a command that cannot outlive this process. End its stdin to stop it. */
export function spawnTied(command: readonly string[], env: NodeJS.ProcessEnv): TiedProcess {
  return spawn('/bin/sh', ['-c', script, 'sh', ...command], {
    // A session of its own: Ctrl-C reaches us alone, and we stop our parts in their order.
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type TiedProcess = ChildProcessByStdio<Writable, null, Readable>;

// The watch reads a pipe that only this process holds open. When this process ends, even by SIGKILL, the pipe closes and the
// watch sends SIGINT to the command. To stop the command on purpose, close the pipe.
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
    // In its own session it gets no Ctrl-C: this process stops its parts in their order.
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

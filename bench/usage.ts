import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

type Process = { pid: number; parent: number; cpuMs: number; rssMb: number };

/** The kernel's counters for a process and all its descendants. */
export function usageOf(root: number): { cpuMs: number; rssMb: number } {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(Number(pid)));
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    const more = all.filter((p) => family.has(p.parent) && !family.has(p.pid));
    for (const { pid } of more) family.add(pid);
    grown = more.length > 0;
  }
  const members = all.filter(({ pid }) => family.has(pid));
  return {
    cpuMs: members.reduce((sum, p) => sum + p.cpuMs, 0),
    rssMb: members.reduce((sum, p) => sum + p.rssMb, 0),
  };
}

function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]];
    const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return [{ pid, parent, cpuMs: ((user + system) * 1000) / TICKS_PER_SECOND, rssMb: rssKb / 1024 }];
  } catch {
    return []; // it ended while we looked
  }
}

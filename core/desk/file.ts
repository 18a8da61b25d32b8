import { join } from 'node:path';
import { readText, readYaml, type YamlFile } from '../yaml-file.ts';
import { faultsIn } from './check.ts';
import {
  deskSchema,
  quotaId,
  toolNamed,
  toolsIn,
  type Written,
  type WrittenCheck,
  type WrittenQuota,
  type WrittenRule,
} from './schema.ts';
import type { Check, Desk, Field, Quota, ToolRule } from './types.ts';

export type DeskFile = { desk: Desk; path: string; lineOf: YamlFile<Written>['lineOf'] };
type Read = { kind: 'ok'; file: DeskFile } | { kind: 'broken'; lines: string[] };

/** Endpoints refuse more tools in one request. */
const MOST_TOOLS = 128;

export function readDeskFile(folder: string, file: string): Read {
  const path = join(folder, file);
  const name = file.replace(/\.ya?ml$/, '');
  if (!/^[a-z0-9][a-z0-9-]*\.yaml$/.test(file)) {
    return broken(`${path}: rename it: a desk's file has lower-case letters, digits and hyphens, and ends in .yaml`);
  }
  const source = readText(path);
  if (source === undefined) return broken(`${path}: it cannot be read; make it a readable file`);
  const read = readYaml(path, source, deskSchema, 'a desk has title, instructions, slack and tools; write them');
  if (read.kind === 'broken') return read;
  const { written, lineOf, fault } = read.file;
  const wanted = join(folder, written.instructions);
  const instructions = readText(wanted)?.trim() ?? '';
  const desk = toDesk(name, instructions, written);
  const lines = faultsIn(written).map(([keys, problem]) => fault(keys, problem));
  if (!instructions) {
    lines.push(
      fault(['instructions'], `names ${wanted}, which is missing or empty; write there what the desk is to do`),
    );
  }
  if (desk.tools.size > MOST_TOOLS) {
    lines.push(fault(['tools'], `lists ${desk.tools.size} tools and models take ${MOST_TOOLS}; make two desks of it`));
  }
  return lines.length > 0 ? broken(...lines) : { kind: 'ok', file: { desk, path, lineOf } };
}

function broken(...lines: string[]): Read {
  return { kind: 'broken', lines };
}

function toDesk(name: string, instructions: string, written: Written): Desk {
  const { slack, approvals, customers, limits, rate } = written;
  return {
    name,
    title: written.title,
    instructions,
    slack: {
      channels: slack.channels,
      directMessages: slack.direct_messages,
      followUps: slack.follow_ups,
      bots: slack.bots,
    },
    email: toEmail(written.email),
    examples: written.examples,
    commands: toCommands(written.commands),
    tools: new Map(toolsIn(written).map((tool) => [tool.name, toRule(tool.rule)])),
    roles: new Map(Object.entries(written.roles)),
    approvals: {
      channel: approvals.channel,
      hours: approvals.hours,
      escalateTo: approvals.escalate_to,
      signers: approvals.signers,
    },
    quotas: written.quotas.map(toQuota),
    rate: rate && { calls: rate.calls, seconds: seconds[rate.per] },
    customers:
      customers === 'principal'
        ? { kind: 'principal' }
        : { kind: 'lookup', ...customers, tool: toolNamed(customers.tool) },
    entities: written.entities,
    limits: { steps: limits.steps, tokens: limits.tokens, seconds: limits.seconds, toolSeconds: limits.tool_seconds },
  };
}

function toEmail({ hand_over: handOver, ...email }: Written['email']): Desk['email'] {
  return { ...email, handOver };
}

function toCommands({ reset, switch: changing }: Written['commands']): Desk['commands'] {
  return {
    ...(reset !== undefined && { reset }),
    ...(changing && { switch: { ...changing, tool: toolNamed(changing.tool) } }),
  };
}

function toRule({ check, probe, ...rule }: WrittenRule): ToolRule {
  return {
    ...rule,
    ...(check && { check: toCheck(check) }),
    ...(probe && { probe: { ...probe, tool: toolNamed(probe.tool) } }),
  };
}

function toCheck({ tool, fields, shown, ...look }: WrittenCheck): Check {
  return { ...look, tool: toolNamed(tool), fields: [...toFields(fields, true), ...toFields(shown, false)] };
}

function toFields(written: WrittenCheck['fields'] = [], compared: boolean): Field[] {
  if (Array.isArray(written)) return written.map((path) => ({ path, compared }));
  return Object.entries(written).map(([path, words]) => ({ path, words, compared }));
}

const seconds = { minute: 60, hour: 3600, day: 86_400, week: 604_800 };

function toQuota(quota: WrittenQuota): Quota {
  const { tools, sum, most, per, of, over } = quota;
  return {
    id: quotaId(quota),
    tools: tools.map(toolNamed),
    sum,
    most,
    seconds: seconds[per],
    of,
    over: over === 'deny' ? { kind: 'deny' } : { kind: 'sign', quorum: over.signatures },
  };
}

import { z } from 'zod';
import { done, noSuch, type Refused, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { words } from '../../kit/fields.ts';
import { page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, customerStatus, incidentId, plan, serviceId } from '../fields.ts';
import { type Impact, impactOf, type Touched } from '../impact.ts';
import { findService, noSuchService } from '../services.ts';
import { openTicketsText } from '../tickets.ts';

const input = z.strictObject({
  incident_id: incidentId.optional().describe('The incident, for example INC-001'),
  service: words(2, 100)
    .optional()
    .describe('Instead of an incident, the id or name of a service, for example auth-database or "Billing API"'),
  ...paging,
});
type Input = z.infer<typeof input>;

const path = z.string().describe('For example INC-001 → auth-database → identity-api → customer-portal → CUST-003');
const depth = z.int().describe('How many dependencies lie between: 0 is a service that is in trouble itself');
const customer = z.object({
  id: customerId,
  company: z.string(),
  plan,
  status: customerStatus,
  open_tickets: z.int().describe('Tickets that are not solved'),
  reach: z.enum(['direct', 'indirect']).describe('direct: uses a service that is in trouble itself'),
  depth,
  path,
});
const count = z.int();
const countedPlans = { free: count, starter: count, business: count, enterprise: count };
const output = z.object({
  incident_id: incidentId.nullable(),
  about: z.string().describe('The incident or the service, in words'),
  services: z
    .array(z.object({ id: serviceId, depth, path }))
    .describe('The services touched, nearest first, 50 at most'),
  customers: z.array(customer).describe('The customers touched, nearest first, each by a shortest path'),
  summary: z.object({
    direct: count,
    indirect: count,
    by_plan: z.object(countedPlans),
    services: count.describe('How many services are touched in all'),
  }),
  ...page,
});
type Shown = z.infer<typeof output>;

export const getIncidentImpact = defineTool({
  name: 'get_incident_impact',
  title: 'Get the impact of an incident',
  description:
    'Which customers an incident touches and how: through the services that it is in and all that depend on those, ' +
    'with the path to each customer, for example {"incident_id": "INC-001"}. With {"service": "Billing API"} it ' +
    'tells whom trouble in that service would touch. An incident without an id is found with list_incidents.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const origin = await originOf(db, asked);
    if (origin.kind === 'refused') return origin;
    const { incident, about } = origin;
    const impact = await impactOf(db, origin.services, asked);
    const start = incident === null ? [] : [incident];
    const shown: Shown = {
      incident_id: incident,
      about,
      services: impact.services.map((each) => ({ ...each, path: arrows([...start, ...each.path]) })),
      customers: impact.customers.map((each) => showTouched(each, start)),
      summary: summaryOf(impact),
      ...pageOf(asked, impact.total),
    };
    return done(lineOf(shown), shown);
  },
});

type Origin = { kind: 'found'; incident: string | null; about: string; services: string[] } | Refused;

async function originOf(db: Tables, asked: Input): Promise<Origin> {
  const { incident_id: id, service } = asked;
  if ((id === undefined) === (service === undefined)) {
    return refused('Say what is in trouble: give incident_id, such as INC-001, or service, and not both.');
  }
  if (service !== undefined) {
    const found = await findService(db, service);
    if (!found) return await noSuchService(db, service);
    return { kind: 'found', incident: null, about: `Trouble in ${found.name} (${found.id})`, services: [found.id] };
  }
  return incidentOf(db, id ?? '');
}

async function incidentOf({ prisma, tenant }: Tables, id: string): Promise<Origin> {
  const incident = await prisma.helpdeskIncident.findUnique({
    where: { tenant_id: { tenant, id } },
    include: { services: { select: { serviceId: true } } },
  });
  if (!incident) return noSuch('incident', id, 'list_incidents');
  const about = `${id} "${incident.title}" (${incident.severity}, ${incident.status})`;
  return { kind: 'found', incident: id, about, services: incident.services.map((each) => each.serviceId) };
}

function showTouched({ path, ...each }: Touched, start: string[]): Shown['customers'][number] {
  return {
    ...each,
    plan: plan.parse(each.plan),
    status: customerStatus.parse(each.status),
    reach: each.depth === 0 ? 'direct' : 'indirect',
    path: arrows([...start, ...path, each.id]),
  };
}

function arrows(names: string[]): string {
  return names.join(' → ');
}

function summaryOf({ total, direct, by_plan, reached }: Impact): Shown['summary'] {
  const of = (name: z.infer<typeof plan>) => by_plan[name] ?? 0;
  const plans = { free: of('free'), starter: of('starter'), business: of('business'), enterprise: of('enterprise') };
  return { direct, indirect: total - direct, by_plan: plans, services: reached };
}

function lineOf({ about, customers, summary, total }: Shown): string {
  if (total === 0) return `${about} touches no customer: nobody uses its services or what depends on them.`;
  const plans = Object.entries(summary.by_plan).filter(([, many]) => many > 0);
  const named = customers.map(
    (each) => `${each.company} (${each.plan}, ${each.status}, ${openTicketsText(each.open_tickets)}): ${each.path}`,
  );
  return (
    `${about} touches ${total} customers, ${summary.direct} directly and ${summary.indirect} through dependencies ` +
    `(${plans.map(([name, many]) => `${many} ${name}`).join(', ')}). ` +
    (customers.length > 0
      ? `${customers.length} of them: ${named.join('; ')}.`
      : 'None of them lies beyond the offset.')
  );
}

import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { asMoment, incidentId, incidentStatus, moment, serviceId, severity } from '../fields.ts';

const incident = z.object({
  id: incidentId,
  title: z.string(),
  severity,
  status: incidentStatus,
  services: z.array(serviceId).describe('The services that it is in'),
  started_at: moment,
  resolved_at: moment.nullable(),
});
type Incident = z.infer<typeof incident>;

export const listIncidents = defineTool({
  name: 'list_incidents',
  title: 'List incidents',
  description:
    'Incidents, newest first, a page at a time, for example {"status": "open"} or {"severity": "critical"}. ' +
    'get_incident_impact says which customers one touches.',
  does: 'reads',
  input: z.strictObject({ status: incidentStatus.optional(), severity: severity.optional(), ...paging }),
  output: z.object({ incidents: z.array(incident), ...page }),
  async run({ prisma, tenant }, asked) {
    const where = { tenant, status: asked.status, severity: asked.severity };
    const [total, rows] = await Promise.all([
      prisma.helpdeskIncident.count({ where }),
      prisma.helpdeskIncident.findMany({
        where,
        include: { services: { select: { serviceId: true }, orderBy: { serviceId: 'asc' } } },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: asked.limit,
        skip: asked.offset,
      }),
    ]);
    const incidents: Incident[] = rows.map((row) => ({
      id: row.id,
      title: row.title,
      severity: severity.parse(row.severity),
      status: incidentStatus.parse(row.status),
      services: row.services.map((each) => each.serviceId),
      started_at: asMoment(row.startedAt),
      resolved_at: row.resolvedAt && asMoment(row.resolvedAt),
    }));
    const text = listing(asked, total, incidents, { of: 'incidents', line: lineOf, none: NONE });
    return done(text, { incidents, ...pageOf(asked, total) });
  },
});

const NONE = 'No incident fits. Leave the status or the severity out: list_incidents without arguments shows all.';

function lineOf({ id, title, severity, status, services, started_at, resolved_at }: Incident): string {
  const over = resolved_at ? `, over ${resolved_at}` : '';
  return `${id} "${title}" (${severity}, ${status}, in ${services.join(' and ')}, since ${started_at}${over})`;
}

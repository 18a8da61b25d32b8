import type { Prisma } from '../../prisma/client/client.ts';
import { refused } from '../answers.ts';

/** The customer or order that somebody names, whether it is there, and whether the one belongs to the other. */
export type Subject = { kind: 'known'; customerId: string | undefined } | { kind: 'refused'; text: string };
type Asked = { customer_id?: string | undefined; order_id?: string | undefined };

export async function subjectOf(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Subject> {
  const { customer_id: id, order_id } = asked;
  if (order_id !== undefined) return orderOf(tx, tenant, order_id, id);
  if (id === undefined) return { kind: 'known', customerId: undefined };
  const customer = await tx.customer.findUnique({ where: { tenant_id: { tenant, id } }, select: { id: true } });
  return customer ? { kind: 'known', customerId: id } : refused(noSuchCustomer(id));
}

async function orderOf(
  tx: Prisma.TransactionClient,
  tenant: string,
  id: string,
  customer: string | undefined,
): Promise<Subject> {
  const order = await tx.order.findUnique({ where: { tenant_id: { tenant, id } }, select: { customerId: true } });
  if (!order) return refused(noSuchOrder(id));
  if (customer === undefined || customer === order.customerId) return { kind: 'known', customerId: order.customerId };
  return refused(`${id} is an order of ${order.customerId}, not of ${customer}. Give one of the two.`);
}

export function noSuchCustomer(id: string): string {
  return `There is no customer ${id}. Find the right id with search_customers.`;
}

export function noSuchOrder(id: string): string {
  return `There is no order ${id}. Find the right id with list_orders.`;
}

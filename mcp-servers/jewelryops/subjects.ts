import { noSuch, type Refused, refused } from '../kit/answers.ts';
import type { Tables } from '../kit/database.ts';

/** The customer that a call is about, once the customer or order that it names is found. */
export type Subject = { kind: 'known'; customerId: string | undefined } | Refused;
type Input = { customer_id?: string | undefined; order_id?: string | undefined };

export async function subjectOf(db: Tables, asked: Input): Promise<Subject> {
  const { prisma, tenant } = db;
  const { customer_id: id, order_id } = asked;
  if (order_id !== undefined) return orderOf(db, order_id, id);
  if (id === undefined) return { kind: 'known', customerId: undefined };
  const customer = await prisma.customer.findUnique({ where: { tenant_id: { tenant, id } }, select: { id: true } });
  return customer ? { kind: 'known', customerId: id } : noSuchCustomer(id);
}

async function orderOf({ prisma, tenant }: Tables, id: string, customer: string | undefined): Promise<Subject> {
  const order = await prisma.order.findUnique({ where: { tenant_id: { tenant, id } }, select: { customerId: true } });
  if (!order) return noSuchOrder(id);
  if (customer === undefined || customer === order.customerId) return { kind: 'known', customerId: order.customerId };
  return refused(`${id} is an order of ${order.customerId}, not of ${customer}. Give one of the two.`);
}

export function noSuchCustomer(id: string): Refused {
  return noSuch('customer', id, 'search_customers');
}

/** Says the same of another customer's order as of none, so that nobody learns of it by trying numbers. */
export function noSuchOrder(id: string, customer?: string): Refused {
  if (customer !== undefined)
    return refused(`${customer} has no order ${id}. list_orders shows the orders of a customer.`);
  return noSuch('order', id, 'list_orders');
}

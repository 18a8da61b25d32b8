import type { Prisma } from '../../prisma/client/client.ts';

/** Prisma turns bytes into text and back in one go: more of them at once would hold up everything else. */
const PIECE = 256 * 1024;

export async function keepRaw(tx: Prisma.TransactionClient, tenant: string, id: string, raw: Buffer): Promise<void> {
  for (let number = 0; number * PIECE < raw.length; number++) {
    const bytes = new Uint8Array(raw.subarray(number * PIECE, (number + 1) * PIECE));
    await tx.mailPart.create({ data: { tenant, messageId: id, number, bytes }, select: { number: true } });
  }
}

export async function rawOf(prisma: Prisma.TransactionClient, tenant: string, id: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const where = { tenant_messageId_number: { tenant, messageId: id, number: pieces.length } };
    const piece = await prisma.mailPart.findUnique({ where, select: { bytes: true } });
    if (!piece) return Buffer.concat(pieces);
    pieces.push(piece.bytes);
  }
}

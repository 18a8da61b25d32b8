import type { Prisma } from '../../prisma/client/client.ts';

/** Prisma turns bytes into text and back in one go: more of them at once would hold up everything else. */
const PIECE = 256 * 1024;

/** Is it kept as one piece? */
export function isSmall(raw: Uint8Array): boolean {
  return raw.length <= PIECE;
}

export function firstPiece(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(raw.subarray(0, PIECE));
}

/** All but the first piece, which goes with the message. */
export async function keepFurtherPieces(
  tx: Prisma.TransactionClient,
  tenant: string,
  id: string,
  raw: Uint8Array,
): Promise<void> {
  await tx.$executeRaw`set constraints mail.parts_tenant_message_id_fkey deferred`;
  for (let number = 1; number * PIECE < raw.length; number++) {
    const bytes = new Uint8Array(raw.subarray(number * PIECE, (number + 1) * PIECE));
    await tx.mailPart.create({ data: { tenant, messageId: id, number, bytes }, select: { number: true } });
  }
}

export async function rawOf(prisma: Prisma.TransactionClient, tenant: string, id: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const where = { tenant_messageId_number: { tenant, messageId: id, number: pieces.length } };
    const piece = await prisma.mailPart.findUnique({ where, select: { bytes: true } });
    if (piece) pieces.push(piece.bytes);
    if (!piece || piece.bytes.length < PIECE) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
}
